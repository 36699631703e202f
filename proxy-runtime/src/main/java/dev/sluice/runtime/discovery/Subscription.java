package dev.sluice.runtime.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// What is held of one resource type, over all connections: versions, and on demand the names that
/// were asked for with those who wait for the answer.
///
/// Bounded by 65,536 names asked for; beyond that those that turned out not to exist are given up,
/// oldest first. Thread-safe.
public final class Subscription {

  /// Names that may be asked for at a time.
  public static final int MOST_NAMES = 65_536;

  private static final int LONGEST_NAME = 1_024;

  private enum Answer {
    PENDING,
    ABSENT,
    PRESENT
  }

  private static final class Asked {
    Answer answer = Answer.PENDING;
    final CompletableFuture<Void> done = new CompletableFuture<>();
  }

  /// What to tell the server next about on-demand names.
  public record Wishes(List<String> subscribe, List<String> unsubscribe) {
    public boolean isEmpty() {
      return subscribe.isEmpty() && unsubscribe.isEmpty();
    }
  }

  private final int mostNames;
  private final Map<String, String> versions = new HashMap<>();
  private final Map<String, String> keys = new HashMap<>();
  private final LinkedHashMap<String, Asked> asked = new LinkedHashMap<>();
  private List<String> subscribe = new ArrayList<>();
  private List<String> unsubscribe = new ArrayList<>();

  public Subscription() {
    this(MOST_NAMES);
  }

  Subscription(int mostNames) {
    this.mostNames = mostNames;
  }

  /// Asks for a resource; completes with the answer, now or later, exceptionally when too much is
  /// asked for. Whoever asks for the same shares the answer.
  public synchronized CompletableFuture<Void> ask(String name) {
    Asked known = asked.get(name);
    if (known != null) {
      return known.answer == Answer.PENDING
          ? known.done.copy()
          : CompletableFuture.completedFuture(null);
    }
    if (name.length() > LONGEST_NAME || (asked.size() >= mostNames && !giveUpOne())) {
      return CompletableFuture.failedFuture(
          new IllegalStateException("too much is asked of discovery"));
    }
    var fresh = new Asked();
    asked.put(name, fresh);
    subscribe.add(name);
    return fresh.done.copy();
  }

  private boolean giveUpOne() {
    Optional<String> oldest =
        asked.entrySet().stream()
            .filter(entry -> entry.getValue().answer == Answer.ABSENT)
            .map(Map.Entry::getKey)
            .findFirst();
    oldest.ifPresent(name -> {
      asked.remove(name);
      unsubscribe.add(name);
    });
    return oldest.isPresent();
  }

  /// What changed of the names since the last call.
  public synchronized Wishes wishes() {
    var wishes = new Wishes(subscribe, unsubscribe);
    subscribe = new ArrayList<>();
    unsubscribe = new ArrayList<>();
    return wishes;
  }

  /// All names that are asked for, for a new connection, which makes what changed before it moot.
  public synchronized List<String> names() {
    subscribe = new ArrayList<>();
    unsubscribe = new ArrayList<>();
    return List.copyOf(asked.keySet());
  }

  /// Versions of what is held, by name.
  public synchronized Map<String, String> versions() {
    return Map.copyOf(versions);
  }

  /// Notes that a resource was taken.
  ///
  /// @param key what the mesh calls it
  public synchronized void took(String name, String version, String key) {
    versions.put(name, version);
    keys.put(name, key);
  }

  /// Notes that a resource is gone; returns what the mesh calls it.
  public synchronized String lost(String name) {
    versions.remove(name);
    String key = keys.remove(name);
    return key == null ? name : key;
  }

  /// Tells who waits that these names have been answered; call when the mesh has been changed.
  public void answered(Collection<String> present, Collection<String> absent) {
    var waiting = new ArrayList<CompletableFuture<Void>>();
    synchronized (this) {
      present.forEach(name -> answer(name, Answer.PRESENT, waiting));
      absent.forEach(name -> answer(name, Answer.ABSENT, waiting));
    }
    waiting.forEach(each -> each.complete(null));
  }

  private void answer(String name, Answer answer, List<CompletableFuture<Void>> waiting) {
    Asked known = asked.get(name);
    if (known != null) {
      known.answer = answer;
      waiting.add(known.done);
    }
  }

  public synchronized int size() {
    return versions.size();
  }
}
