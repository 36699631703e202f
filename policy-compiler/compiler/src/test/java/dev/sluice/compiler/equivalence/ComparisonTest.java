package dev.sluice.compiler.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.compare.Change;
import dev.sluice.compiler.compare.Change.Kind;
import dev.sluice.compiler.compare.Comparer;
import dev.sluice.compiler.compare.Comparison;
import dev.sluice.compiler.compare.MeshRevision;
import dev.sluice.compiler.equivalence.Attempt.Path;
import dev.sluice.compiler.equivalence.Composite.Outcome;
import dev.sluice.compiler.equivalence.World.Compiled;
import dev.sluice.compiler.equivalence.World.Sound;
import dev.sluice.compiler.lower.ShardLowering;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PolicyDocument;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A comparison of two revisions misses nothing: whatever the proxies decide differently on any
/// path is among its changes.
class ComparisonTest {
  private static final long CASES = Long.getLong("comparison.cases", 600);
  private static final long SEED = Long.getLong("comparison.seed", new Random().nextInt());
  private static final int ATTEMPTS = 120;

  /// What came of comparing the outcomes of attempts with the changes.
  private record Tally(int differing, int undecided, int changes) {
    Tally plus(Tally other) {
      return new Tally(
          differing + other.differing, undecided + other.undecided, changes + other.changes);
    }
  }

  @Test
  void whatever_is_decided_differently_is_among_the_changes() {
    Tally tally =
        LongStream.iterate(SEED, seed -> seed + 1)
            .limit(CASES)
            .parallel()
            .mapToObj(ComparisonTest::compare)
            .reduce(new Tally(0, 0, 0), Tally::plus);

    assertThat(tally.differing()).isGreaterThan((int) CASES);
    assertThat(tally.changes()).isGreaterThan((int) CASES / 4);
    // what depends on where a route sends a request is left open, and said to be
    assertThat(tally.undecided()).isLessThan(tally.differing() / 10);
  }

  private static Tally compare(long seed) {
    Sound old = Generator.of(seed).sound();
    Sound now = edited(old.world(), seed).sound();
    Comparison comparison = Comparer.compare(revision(old), revision(now));
    Set<String> open = new HashSet<>();
    comparison.undecided().forEach(undecided -> open.add(undecided.to()));
    var tally = new Tally(0, 0, comparison.changes().size());
    var attempts = new AttemptGenerator(new Random(seed), old.world());
    var there = new AttemptGenerator(new Random(seed), now.world()).paths();
    for (int i = 0; i < ATTEMPTS && !attempts.paths().isEmpty(); i++) {
      Attempt attempt = attempts.attempt();
      if (there.contains(attempt.path()) && !isWaypoint(attempt, old.compiled())) {
        Outcome before = new Composite(old.compiled()).decide(attempt);
        Outcome after = new Composite(now.compiled()).decide(attempt);
        if ((before == Outcome.ALLOW) != (after == Outcome.ALLOW)) {
          Kind kind = after == Outcome.ALLOW ? Kind.WIDENING : Kind.NARROWING;
          String way = way(attempt.path());
          boolean isOpen = open.contains(way);
          boolean isFound =
              comparison.changes().stream()
                  .anyMatch(change -> change.kind() == kind && change.to().equals(way));
          assertThat(isFound || isOpen)
              .as(
                  "seed %d: %s, %s before and %s after, is not among %s%nold:%n%s%nnew:%n%s",
                  seed,
                  attempt,
                  before,
                  after,
                  lines(comparison),
                  Yaml.files(old.world()),
                  Yaml.files(now.world()))
              .isTrue();
          tally = tally.plus(new Tally(1, isFound ? 0 : 1, 0));
        }
      }
    }
    return tally;
  }

  /// What waypoints send themselves is not compared.
  private static boolean isWaypoint(Attempt attempt, Compiled compiled) {
    return compiled.placed().mesh().waypoints().stream()
        .anyMatch(waypoint -> attempt.peer().equals(new Peer.Identified(waypoint.identity())));
  }

  /// A canary is given what its primary is given, so comparing the one answers for the other.
  private static boolean isByCanary(Attempt attempt, World world) {
    return attempt.path() instanceof Path.ThroughWaypoint through
        && world.waypointOf(through.service()).filter(through.waypoint()::equals).isEmpty();
  }

  private static List<String> lines(Comparison comparison) {
    return comparison.changes().stream()
        .map(change -> change.kind() + " " + change.from() + " " + change.to())
        .toList();
  }

  private static MeshRevision revision(Sound sound) {
    var placed = sound.compiled().placed();
    return new MeshRevision(placed, ShardLowering.lower(placed));
  }

  private static String way(Path path) {
    String workload = path.workload().metadata().resource().toString();
    return switch (path) {
      case Path.Direct _ -> workload;
      case Path.ThroughWaypoint through -> {
        Metadata service = through.service().metadata();
        yield workload
            + " by Service "
            + service.namespace()
            + "/"
            + service.name()
            + ":"
            + through.servicePort().port();
      }
    };
  }

  /// The same topology with some of its policies, and some of another world's.
  private static World edited(World world, long seed) {
    var random = new Random(seed);
    var documents = new ArrayList<Document>();
    Set<Object> names = new HashSet<>();
    for (Document document : world.documents()) {
      if (!(document instanceof PolicyDocument) || random.nextInt(3) > 0) {
        documents.add(document);
        names.add(document.metadata().resource());
      }
    }
    for (Document document : Generator.of(seed + 1_000_003).policies()) {
      if (random.nextInt(2) > 0 && names.add(document.metadata().resource())) {
        documents.add(document);
      }
    }
    return world.with(documents);
  }

  /// Every fault of placement that shows on some request shows in a comparison with what is right.
  @ParameterizedTest
  @EnumSource(Fault.class)
  void a_planted_fault_of_placement_is_found(Fault fault) {
    for (long seed = 0; seed < 150; seed++) {
      Sound sound = Generator.of(seed).sound();
      Optional<Compiled> faulty = sound.world().compile(fault);
      if (faulty.isPresent() && isVisible(sound, faulty.get(), seed)) {
        Compiled wrong = faulty.get();
        var shards = new ArrayList<PolicyShard>(wrong.waypoints().values());
        shards.add(wrong.ztunnel());
        Comparison comparison =
            Comparer.compare(revision(sound), new MeshRevision(wrong.placed(), shards));
        assertThat(comparison.changes().size() + comparison.undecided().size())
            .as("%s in the world of seed %d", fault, seed)
            .isPositive();
      }
    }
  }

  private static boolean isVisible(Sound sound, Compiled faulty, long seed) {
    var attempts = new AttemptGenerator(new Random(seed), sound.world());
    for (int i = 0; i < ATTEMPTS && !attempts.paths().isEmpty(); i++) {
      Attempt attempt = attempts.attempt();
      Outcome right = new Composite(sound.compiled()).decide(attempt);
      Outcome wrong = new Composite(faulty).decide(attempt);
      if ((right == Outcome.ALLOW) != (wrong == Outcome.ALLOW)
          && !isWaypoint(attempt, sound.compiled())
          && !isByCanary(attempt, sound.world())) {
        return true;
      }
    }
    return false;
  }

  @Test
  void a_revision_does_not_differ_from_itself() {
    for (long seed = SEED; seed < SEED + 100; seed++) {
      MeshRevision revision = revision(Generator.of(seed).sound());
      Comparison comparison = Comparer.compare(revision, revision);
      assertThat(comparison.changes()).as("seed %d", seed).extracting(Change::to).isEmpty();
    }
  }
}
