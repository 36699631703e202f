package dev.sluice.compiler.compare;

import dev.sluice.compiler.compare.Cases.Goal;
import dev.sluice.compiler.compare.Cases.Relevance;
import dev.sluice.compiler.compare.Change.Because;
import dev.sluice.compiler.compare.Change.Kind;
import dev.sluice.compiler.compare.Change.Ruling;
import dev.sluice.compiler.compare.Change.Witness;
import dev.sluice.compiler.compare.Comparison.Undecided;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.space.Answer;
import dev.sluice.compiler.space.Point;
import dev.sluice.compiler.space.Region;
import dev.sluice.compiler.space.Vocabulary;
import dev.sluice.compiler.space.Wording;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.syntax.Metadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Compares what two revisions of a mesh decide, for every workload both have, on every way to it.
///
/// Workloads with the same policies in both revisions are compared once.
public final class Comparer {
  private static final int ALTERNATIVES = 4;

  private final Ways before;
  private final Ways after;
  private final Rulings rulingsBefore;
  private final Rulings rulingsAfter;
  private final Reasons reasons;
  private final Ground.Setting setting;
  private final Map<Question, Found> known = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final List<Undecided> undecided = new ArrayList<>();

  private Comparer(MeshRevision old, MeshRevision now) {
    before = Ways.of(old);
    after = Ways.of(now);
    rulingsBefore = Rulings.of(old);
    rulingsAfter = Rulings.of(now);
    reasons = new Reasons(old, now);
    setting = Callers.setting(List.of(before.mesh(), after.mesh()));
  }

  /// Everything in which `now` differs from `old`: widenings first, then narrowings, then the rest.
  public static Comparison compare(MeshRevision old, MeshRevision now) {
    var comparer = new Comparer(old, now);
    if (!old.placed()
        .mesh()
        .settings()
        .pathNormalization()
        .equals(now.placed().mesh().settings().pathNormalization())) {
      comparer.undecided.add(
          new Undecided("every path", "the revisions make paths canonical in different ways"));
    }
    for (LinkedWorkload workload : comparer.after.workloads().values()) {
      LinkedWorkload was = comparer.before.workloads().get(workload.reference());
      if (was != null) {
        comparer.workload(was, workload);
      }
    }
    comparer.changes.addAll(
        ObjectChanges.between(old, now, new Comparison(comparer.changes, comparer.undecided)));
    comparer.changes.sort(
        java.util.Comparator.comparing(Change::kind)
            .thenComparing(Change::to)
            .thenComparing(Change::from)
            .thenComparing(Change::operation));
    return new Comparison(comparer.changes, comparer.undecided);
  }

  private void workload(LinkedWorkload was, LinkedWorkload is) {
    var ports = new TreeSet<>(before.ports(was));
    ports.addAll(after.ports(is));
    Metadata metadata = is.syntax().metadata();
    way(
        Way.Direct.to(is),
        new Question(before.direct(was), after.direct(is), new Entry.AtPod(List.copyOf(ports))),
        new Goal(metadata.namespace(), metadata.name()));
    Map<Way.ByService, List<Judging>> old = before.byService(was);
    Map<Way.ByService, List<Judging>> now = after.byService(is);
    now.forEach((way, judges) -> {
      List<Judging> judged = old.get(way);
      if (judged != null && !isDialled(judged, judges)) {
        byService(way, judged, judges);
      }
    });
  }

  /// Whether the way is that of a direct dial in both revisions, at the same port.
  private static boolean isDialled(List<Judging> old, List<Judging> now) {
    return old.getFirst() instanceof Judging.Ztunnel one
        && now.getFirst() instanceof Judging.Ztunnel other
        && one.port().equals(other.port());
  }

  private void byService(Way.ByService way, List<Judging> old, List<Judging> now) {
    String host =
        way.service().name()
            + "."
            + way.service().namespace()
            + ".svc."
            + after.mesh().settings().clusterDomain();
    var goal = new Goal(way.service().namespace(), way.service().name());
    for (int i = 0; i < Math.max(old.size(), now.size()); i++) {
      Judging judged = old.get(Math.min(i, old.size() - 1));
      Judging judges = now.get(Math.min(i, now.size() - 1));
      var entry = new Entry.AtService(way.port(), host, view(judged, judges));
      way(way, new Question(judged, judges, entry), goal);
    }
  }

  private static Judging.View view(Judging one, Judging other) {
    for (Judging judging : List.of(other, one)) {
      if (judging instanceof Judging.Waypoint waypoint) {
        return waypoint.view();
      }
    }
    return Judging.View.BYTES;
  }

  /// What decides a comparison: two workloads with the same question get the same answer.
  private record Question(Judging before, Judging after, Entry entry) {
    boolean isUnchanged() {
      return switch (before) {
        case Judging.Nobody _ -> after instanceof Judging.Nobody;
        case Judging.Somebody was -> was.equals(after);
        case Judging.Ztunnel(var slice, var port) ->
            after instanceof Judging.Ztunnel(var other, var there)
                && port.equals(there)
                && slice.set().equals(other.set());
        case Judging.Waypoint(var slice, int port, var view, var relay) ->
            after instanceof Judging.Waypoint(var other, int there, var seen, var passed)
                && port == there
                && view == seen
                && relay == passed
                && slice.set().equals(other.set());
      };
    }
  }

  /// What came of a question: changes of which only the destination is left open, or why not.
  private sealed interface Found {
    record Changes(List<Difference> differences) implements Found {}

    record Nothing(String reason) implements Found {}
  }

  private record Difference(
      Kind kind, String from, List<String> operations, Point point, Relevance relevance) {}

  private void way(Way way, Question question, Goal goal) {
    Found found = known.computeIfAbsent(question, this::answer);
    switch (found) {
      case Found.Nothing(var reason) -> undecided.add(new Undecided(way.words(), reason));
      case Found.Changes(var differences) ->
          differences.forEach(difference -> report(difference, way, question, goal));
    }
  }

  private Found answer(Question question) {
    if (question.isUnchanged()) {
      return new Found.Changes(List.of());
    }
    for (Judging judging : List.of(question.before(), question.after())) {
      if (judging instanceof Judging.Somebody(var who, var _)) {
        return new Found.Nothing("what " + who + " decides is not in the bundle");
      }
    }
    List<Judging> judges = List.of(question.before(), question.after());
    Answer<List<Difference>> answer =
        Ground.explore(setting, question.entry(), judges, ground -> differences(ground, question));
    return switch (answer) {
      case Answer.Exact<List<Difference>>(var differences) -> new Found.Changes(differences);
      case Answer.Undecided<List<Difference>>(var reason) ->
          new Found.Nothing("the policies are too intricate: " + reason);
    };
  }

  private List<Difference> differences(Ground ground, Question question) {
    Region was = ground.admitted(question.before());
    Region is = ground.admitted(question.after());
    Vocabulary vocabulary =
        Ground.vocabulary(question.entry(), List.of(question.before(), question.after()));
    Relevance relevance = Relevance.of(ground.space(), vocabulary);
    var wording =
        new Wording(ground.space(), after.mesh().settings().trustDomain(), ground.possible());
    var all = new ArrayList<Difference>();
    for (Kind kind : List.of(Kind.WIDENING, Kind.NARROWING)) {
      Region changed = kind == Kind.WIDENING ? is.minus(was) : was.minus(is);
      for (Wording.Callers callers : wording.callers(changed)) {
        all.add(
            new Difference(
                kind,
                callers.words(),
                operations(wording.operations(callers.region(), ALTERNATIVES), question.entry()),
                callers.region().example().orElseThrow(),
                relevance));
      }
    }
    return all;
  }

  private static List<String> operations(List<String> alternatives, Entry entry) {
    String all =
        switch (entry) {
          case Entry.AtPod _ -> "any connection";
          case Entry.AtService(int _, var _, var view) ->
              view == Judging.View.REQUESTS ? "any request" : "any TCP connection";
        };
    return alternatives.stream().map(words -> words.isEmpty() ? all : words).toList();
  }

  private void report(Difference difference, Way way, Question question, Goal goal) {
    Case request = Cases.of(difference.point(), question.entry(), goal, difference.relevance());
    Optional<Ruling> old = rulingsBefore.on(request);
    Optional<Ruling> now = rulingsAfter.on(request);
    if (old.isEmpty() || now.isEmpty()) {
      undecided.add(
          new Undecided(way.words(), "which workload " + request.to() + " ends at is not fixed"));
      return;
    }
    boolean isWidening = difference.kind() == Kind.WIDENING;
    boolean isConfirmed =
        (old.get().decision() == Decision.ALLOW) != isWidening
            && (now.get().decision() == Decision.ALLOW) == isWidening;
    if (!isConfirmed) {
      undecided.add(
          new Undecided(way.words(), "a route sends some of these requests somewhere else"));
      return;
    }
    var because = new LinkedHashSet<Because>();
    because.addAll(reasons.rulings(old.get(), now.get()));
    because.addAll(reasons.edits(question.before(), question.after()));
    changes.add(
        new Change(
            difference.kind(),
            difference.from(),
            way.words(),
            difference.operations(),
            Optional.of(new Witness(request, old.get(), now.get())),
            List.copyOf(because)));
  }
}
