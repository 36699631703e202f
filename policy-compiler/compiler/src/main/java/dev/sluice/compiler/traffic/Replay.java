package dev.sluice.compiler.traffic;

import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.traffic.Reconstruction.Reconstructed;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.engine.identity.SpiffeId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Decides recorded requests again by other policies, and counts what would change.
///
/// Memory is bounded: equal requests are counted together, and beyond 10,000 different ones of a
/// kind only their number is kept. Confined to one thread.
public final class Replay {

  private static final int MOST_ROWS = 10_000;
  private static final int MOST_CACHED = 20_000;
  private static final int MOST_NAMES = 100;

  private final Judge against;
  private final Optional<Judge> before;
  private final Reconstruction reconstruction;
  private final Map<Recorded, Judged> cache = new Recent();
  private final Map<Recorded, Tally<Changed>> changed = new LinkedHashMap<>();
  private final Map<Recorded, Tally<Open>> open = new LinkedHashMap<>();
  private final Map<Unusable, Long> left = new EnumMap<>(Unusable.class);
  private final Map<String, Long> unknown = new LinkedHashMap<>();
  private long lines;
  private long unchanged;
  private long beyond;

  /// `before` are the policies of the time of the log, if they are known: they tell which headers
  /// and tokens fit the recorded decisions.
  public Replay(Judge against, Optional<Judge> before) {
    this.against = against;
    this.before = before;
    Set<SpiffeId> waypoints = new HashSet<>(against.waypoints());
    before.ifPresent(judge -> waypoints.addAll(judge.waypoints()));
    this.reconstruction = new Reconstruction(waypoints);
  }

  /// A request whose decision would change.
  public record Changed(Recorded recorded, Decision now, Journey journey) {}

  /// A request whose decision would depend on what the log does not tell.
  public record Open(Recorded recorded, String why) {}

  /// How often, and in which line first.
  public record Tally<T>(T row, long count, long firstLine) {
    Tally<T> more() {
      return new Tally<>(row, count + 1, firstLine);
    }
  }

  /// What came of a log. `unknown` are names that are not in the tree, with counts; `beyond` counts
  /// requests that changed or are open and found no room in the lists.
  public record Summary(
      long lines,
      long unchanged,
      List<Tally<Changed>> changed,
      List<Tally<Open>> open,
      Map<Unusable, Long> left,
      Map<String, Long> unknown,
      long beyond) {
    public Summary {
      changed = List.copyOf(changed);
      open = List.copyOf(open);
      left = Map.copyOf(left);
      unknown = Map.copyOf(unknown);
    }

    /// Lines that were evidence.
    public long used() {
      return lines - left.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /// Takes the next line; empty for one that is too long.
  public void add(Optional<String> line) {
    lines++;
    if (line.isEmpty()) {
      leave(Unusable.TOO_LONG);
      return;
    }
    switch (reconstruction.of(line.get())) {
      case Reconstructed.Left(var reason) -> leave(reason);
      case Reconstructed.Usable(var recorded) -> add(against.named(recorded));
    }
  }

  private void leave(Unusable reason) {
    left.merge(reason, 1L, Long::sum);
  }

  private void add(Recorded full) {
    Recorded recorded = full.withoutAddresses();
    Judged judged = judge(recorded);
    if (judged instanceof Judged.NeedsAddress) {
      recorded = full;
      judged = judge(full);
    }
    switch (judged) {
      case Judged.Unknown(var message) -> {
        leave(Unusable.UNKNOWN_NAME);
        if (unknown.size() < MOST_NAMES || unknown.containsKey(message)) {
          unknown.merge(message, 1L, Long::sum);
        }
      }
      case Judged.Open(var why) -> count(open, recorded, new Open(recorded, why));
      case Judged.NeedsAddress() ->
          count(open, recorded, new Open(recorded, "it depends on an address that is not logged"));
      case Judged.Decided(var now, var journey) -> {
        if (now == recorded.was().decision()) {
          unchanged++;
        } else {
          count(changed, recorded, new Changed(recorded, now, journey));
        }
      }
    }
  }

  private Judged judge(Recorded recorded) {
    Judged known = cache.get(recorded);
    if (known == null) {
      known = against.judge(recorded, before);
      cache.put(recorded, known);
    }
    return known;
  }

  private <T> void count(Map<Recorded, Tally<T>> rows, Recorded key, T row) {
    Tally<T> known = rows.get(key);
    if (known != null) {
      rows.put(key, known.more());
    } else if (rows.size() < MOST_ROWS) {
      rows.put(key, new Tally<>(row, 1, lines));
    } else {
      beyond++;
    }
  }

  /// What has come of the lines so far, the most frequent first.
  public Summary summary() {
    return new Summary(lines, unchanged, sorted(changed), sorted(open), left, unknown, beyond);
  }

  private static <T> List<Tally<T>> sorted(Map<Recorded, Tally<T>> rows) {
    List<Tally<T>> sorted = new ArrayList<>(rows.values());
    sorted.sort(
        java.util.Comparator.comparingLong((Tally<T> tally) -> -tally.count())
            .thenComparingLong(Tally::firstLine));
    return sorted;
  }

  /// The most recently used answers.
  private static final class Recent extends LinkedHashMap<Recorded, Judged> {
    private static final long serialVersionUID = 1;

    Recent() {
      super(1024, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Recorded, Judged> eldest) {
      return size() > MOST_CACHED;
    }
  }
}
