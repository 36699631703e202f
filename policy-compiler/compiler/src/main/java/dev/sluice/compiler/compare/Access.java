package dev.sluice.compiler.compare;

import dev.sluice.compiler.compare.Comparison.Undecided;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.space.Answer;
import dev.sluice.compiler.space.Region;
import dev.sluice.compiler.space.Wording;
import dev.sluice.engine.policy.Peer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.function.Predicate;

/// Who may call what in one revision: a cell for each caller and each way to a workload.
public record Access(List<Cell> cells, List<Undecided> undecided) {
  private static final int ALTERNATIVES = 6;

  public Access {
    cells = List.copyOf(cells);
    undecided = List.copyOf(undecided);
  }

  /// What a caller may do on one way; `operations` in words, when it is neither all nor nothing.
  public record Cell(String from, String to, Verdict verdict, List<String> operations) {
    public Cell {
      operations = List.copyOf(operations);
    }
  }

  /// How much is allowed.
  public enum Verdict {
    ALLOW,
    DENY,
    CONDITIONAL;

    /// The word in every output format.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Which callers and which ways are asked about, by their names.
  public record Filter(Predicate<String> from, Predicate<String> to) {}

  /// The callers in order.
  public SequencedSet<String> callers() {
    var names = new LinkedHashSet<String>();
    cells.forEach(cell -> names.add(cell.from()));
    return names;
  }

  /// The ways in order.
  public SequencedSet<String> ways() {
    var names = new LinkedHashSet<String>();
    cells.forEach(cell -> names.add(cell.to()));
    return names;
  }

  /// Asks about every caller that the policies tell apart and every way to every workload.
  public static Access of(MeshRevision revision, Filter filter) {
    return switch (Caller.of(revision)) {
      case Answer.Undecided<List<Caller>>(var reason) ->
          new Access(List.of(), List.of(new Undecided("everything", reason)));
      case Answer.Exact<List<Caller>>(var callers) ->
          new Search(
                  revision,
                  callers.stream().filter(caller -> filter.from().test(caller.name())).toList())
              .search(filter.to());
    };
  }

  private record Question(Judging judging, Entry entry) {}

  /// What one caller may do, wherever it is.
  private record Allowance(Verdict verdict, List<String> operations) {}

  private static final class Search {
    private final Ways ways;
    private final List<Caller> callers;
    private final Ground.Setting setting;
    private final Map<Question, Answer<List<Allowance>>> known = new HashMap<>();
    private final List<Cell> cells = new ArrayList<>();
    private final List<Undecided> undecided = new ArrayList<>();

    Search(MeshRevision revision, List<Caller> callers) {
      this.ways = Ways.of(revision);
      this.callers = callers;
      this.setting = Callers.setting(List.of(ways.mesh()));
    }

    Access search(Predicate<String> wanted) {
      for (LinkedWorkload workload : ways.workloads().values()) {
        Judging direct = ways.direct(workload);
        var atPod = new Entry.AtPod(List.copyOf(ways.ports(workload)));
        if (wanted.test(workload.reference())) {
          add(workload.reference(), new Question(direct, atPod), new Question(direct, atPod));
        }
        ways.byService(workload)
            .forEach((way, judges) -> {
              if (wanted.test(way.words())) {
                judges.forEach(judging -> byService(way, judging, direct));
              }
            });
      }
      return new Access(cells, undecided);
    }

    private void byService(Way.ByService way, Judging judging, Judging direct) {
      String host =
          way.service().name()
              + "."
              + way.service().namespace()
              + ".svc."
              + ways.mesh().settings().clusterDomain();
      Judging.View view =
          judging instanceof Judging.Waypoint waypoint ? waypoint.view() : Judging.View.BYTES;
      String words =
          judging instanceof Judging.Waypoint && view == Judging.View.BYTES
              ? way.words() + " (TCP)"
              : way.words();
      var entry = new Entry.AtService(way.port(), host, view);
      // a client without identity is outside the mesh, so no waypoint is in its way
      Judging outside =
          direct instanceof Judging.Ztunnel(var slice, var _) && judging.fixedPort().isPresent()
              ? new Judging.Ztunnel(slice, judging.fixedPort())
              : direct;
      add(
          words,
          new Question(judging, entry),
          new Question(outside, new Entry.AtPod(ports(outside.fixedPort()))));
    }

    private static List<Integer> ports(OptionalInt port) {
      return port.isPresent() ? List.of(port.getAsInt()) : List.of();
    }

    /// One cell for each caller; those without identity may go another way.
    private void add(String to, Question identified, Question anonymous) {
      Answer<List<Allowance>> inside = known.computeIfAbsent(identified, this::allowances);
      Answer<List<Allowance>> outside = known.computeIfAbsent(anonymous, this::allowances);
      for (Answer<List<Allowance>> answer : List.of(inside, outside)) {
        if (answer instanceof Answer.Undecided<List<Allowance>>(var reason)) {
          undecided.add(new Undecided(to, reason));
          return;
        }
      }
      for (int i = 0; i < callers.size(); i++) {
        boolean isAnonymous = callers.get(i).peer() instanceof Peer.Anonymous;
        if ((isAnonymous ? outside : inside)
            instanceof Answer.Exact<List<Allowance>>(var allowances)) {
          Allowance allowance = allowances.get(i);
          cells.add(
              new Cell(callers.get(i).name(), to, allowance.verdict(), allowance.operations()));
        }
      }
    }

    private Answer<List<Allowance>> allowances(Question question) {
      if (question.judging() instanceof Judging.Somebody(var who, var _)) {
        return new Answer.Undecided<>("what " + who + " decides is not in the bundle");
      }
      return Ground.explore(
          setting,
          question.entry(),
          List.of(question.judging()),
          ground -> allowances(ground, question));
    }

    private List<Allowance> allowances(Ground ground, Question question) {
      Region admitted = ground.admitted(question.judging());
      Region possible = ground.possible();
      return callers.stream()
          .map(caller -> {
            Region all = possible.ofCaller(caller.peer());
            Region allowed = admitted.ofCaller(caller.peer());
            if (allowed.isEmpty()) {
              return new Allowance(Verdict.DENY, List.of());
            }
            if (allowed.equals(all)) {
              return new Allowance(Verdict.ALLOW, List.of());
            }
            var wording = new Wording(ground.space(), ways.mesh().settings().trustDomain(), all);
            return new Allowance(Verdict.CONDITIONAL, wording.operations(allowed, ALTERNATIVES));
          })
          .toList();
    }
  }
}
