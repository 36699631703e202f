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
import dev.sluice.runtime.connection.CloseReason;
import dev.sluice.runtime.connection.OpenConnections;
import dev.sluice.runtime.connection.Subject;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The time of a recheck of 20,000 live connections after an activation that changed what decides
/// every one of them, in microseconds.
///
/// Connections are spread over `workloads`, each of which 100 policies concern; every connection
/// has a peer of its own, so that nothing is decided twice. Run it with
///
/// ```
/// mvn -pl ci/bench -am package -DskipTests
/// java -jar ci/bench/target/sluice-bench.jar RecheckBenchmark
/// ```
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class RecheckBenchmark {

  private static final int CONNECTIONS = 20_000;
  private static final int POLICIES = 100;
  private static final int PORT = 8080;

  @Param({"1", "100", "1000"})
  int workloads;

  private final OpenConnections open = new OpenConnections(_ -> {});
  private final List<Pod> pods = new ArrayList<>();

  /// A workload whose policies are indexed anew with every activation.
  private static final class Pod implements Subject {
    private final PolicySet policies;
    private volatile Decider decider;

    Pod(PolicySet policies) {
      this.policies = policies;
      this.decider = IndexedDecider.of(policies);
    }

    void activate() {
      decider = IndexedDecider.of(policies);
    }

    @Override
    public Decider decider() {
      return decider;
    }
  }

  /// Opens the connections.
  @Setup
  public void open() {
    for (int i = 0; i < workloads; i++) {
      pods.add(new Pod(policies()));
    }
    for (int i = 0; i < CONNECTIONS; i++) {
      open.register(pods.get(i % workloads), connection(i), _ -> {});
    }
  }

  /// Indexes the new policies, as an activation does ahead of the swap: not measured.
  @Setup(Level.Invocation)
  public void activate() {
    pods.forEach(Pod::activate);
  }

  private static PolicySet policies() {
    var all = new ArrayList<AuthorizationPolicy>();
    for (int i = 0; i < POLICIES; i++) {
      // Each allows a namespace and an account, so that all connections stay open.
      var account = new StringMatch.Exact("cluster.local/ns/elsewhere/sa/service-" + i);
      var namespace = new StringMatch.Exact("ns-" + i);
      all.add(
          policy(
              i,
              new Condition.AnyOf(
                  List.of(
                      new Condition.Principal(account), new Condition.PeerNamespace(namespace)))));
    }
    return new PolicySet(all, List.of(), MtlsRequirement.permissive(), List.of());
  }

  private static AuthorizationPolicy policy(int number, Condition who) {
    Condition rule = new Condition.AllOf(List.of(who, new Condition.WorkloadPort(PORT)));
    return new AuthorizationPolicy(
        new PolicyId("AuthorizationPolicy", "shop", "policy-" + number),
        new Scope.Mesh(),
        Action.ALLOW,
        List.of(new AuthorizationPolicy.Rule(0, rule)));
  }

  private static Connection connection(int number) {
    String address = "10." + number / 65_536 + "." + number / 256 % 256 + "." + number % 256;
    return new Connection(
        new Peer.Identified(
            SpiffeId.of("cluster.local", "ns-" + number % 100, "service-" + number)),
        InetAddress.ofLiteral(address),
        new AddressPort(InetAddress.ofLiteral("10.255.0.1"), PORT),
        null);
  }

  /// Checks all of them again; none is cut.
  @Benchmark
  public int recheck() {
    int cut = open.recheck(CloseReason.POLICY_CHANGE);
    if (cut != 0 || open.size() != CONNECTIONS) {
      throw new IllegalStateException(cut + " connections were cut");
    }
    return cut;
  }
}
