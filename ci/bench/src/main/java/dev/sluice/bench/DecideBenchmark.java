package dev.sluice.bench;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.index.IndexedDecider;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.policy.TreeDecider;
import dev.sluice.engine.policy.Verdict;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The time of one L4 decision, in nanoseconds, by the policy tree and by its index.
///
/// Every policy allows one principal on one port. `traffic` is a peer that a policy names (HIT, a
/// different one each time), one that none names (MISS), or both in turn (HALF). Run it with
///
/// ```
/// mvn -pl ci/bench -am package -DskipTests
/// java -jar ci/bench/target/sluice-bench.jar DecideBenchmark
/// ```
///
/// adding `-prof gc` for bytes allocated per decision.
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecideBenchmark {

  private static final int CONNECTIONS = 1024;
  private static final int PORT = 8080;

  /// How a decision is made.
  public enum Way {
    TREE,
    INDEX
  }

  /// Whom the decided connections come from.
  public enum Traffic {
    HIT,
    HALF,
    MISS
  }

  @Param({"10", "1000", "10000"})
  int policies;

  @Param Way way = Way.INDEX;

  @Param Traffic traffic = Traffic.HIT;

  private Decider decider = new TreeDecider(PolicySet.empty());
  private Connection[] connections = new Connection[0];
  private int next;

  /// Builds the policies and the connections.
  @Setup
  public void build() {
    var allowing = new ArrayList<AuthorizationPolicy>();
    for (int i = 0; i < policies; i++) {
      allowing.add(policy(i));
    }
    var set = new PolicySet(allowing, List.of(), MtlsRequirement.permissive(), List.of());
    decider =
        switch (way) {
          case TREE -> new TreeDecider(set);
          case INDEX -> IndexedDecider.of(set);
        };
    connections = new Connection[CONNECTIONS];
    for (int i = 0; i < CONNECTIONS; i++) {
      boolean named =
          switch (traffic) {
            case HIT -> true;
            case HALF -> i % 2 == 0;
            case MISS -> false;
          };
      // an odd stride spreads the hits over all policies
      int number = (int) ((i * 7919L) % policies);
      connections[i] = connection(named ? number : policies + i);
    }
  }

  private static SpiffeId peer(int number) {
    return SpiffeId.of("cluster.local", "ns-" + number % 100, "service-" + number);
  }

  private static AuthorizationPolicy policy(int number) {
    Condition principal = new Condition.Principal(new StringMatch.Exact(peer(number).principal()));
    Condition rule =
        new Condition.AllOf(
            List.of(
                new Condition.AnyOf(List.of(principal)),
                new Condition.AnyOf(List.of(new Condition.WorkloadPort(PORT)))));
    return new AuthorizationPolicy(
        new PolicyId("AuthorizationPolicy", "shop", "policy-" + number),
        new Scope.Mesh(),
        Action.ALLOW,
        List.of(new AuthorizationPolicy.Rule(0, rule)));
  }

  private static Connection connection(int number) {
    return new Connection(
        new Peer.Identified(peer(number)),
        InetAddress.ofLiteral("10.0.0.1"),
        new AddressPort(InetAddress.ofLiteral("10.0.0.2"), PORT),
        null);
  }

  /// Decides one connection.
  @Benchmark
  public Verdict decide() {
    next = (next + 1) % CONNECTIONS;
    return decider.decide(connections[next]);
  }
}
