package dev.sluice.ztunnel;

import dev.sluice.runtime.discovery.DiscoveryTerms;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.identity.wire.AuthorityClient;
import dev.sluice.runtime.netty.SocketSettings;
import dev.sluice.runtime.process.ControlPlaneSettings;
import dev.sluice.runtime.process.DiscoverySettings;
import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.process.Settings;
import dev.sluice.runtime.process.SocketEnvironment;
import dev.sluice.runtime.process.TracingSettings;
import dev.sluice.runtime.process.TunnelSettings;
import dev.sluice.runtime.process.WorkerThreads;
import dev.sluice.runtime.telemetry.Traces;
import dev.sluice.runtime.yaml.YamlFile;
import dev.sluice.ztunnel.capture.CapturePlan;
import dev.sluice.ztunnel.capture.PodSettings;
import dev.sluice.ztunnel.dns.DnsSettings;
import dev.sluice.ztunnel.workload.Served;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// What a ztunnel reads from the environment.
public record ZtunnelSettings(
    Settings common,
    Served served,
    CapturePlan capture,
    PodSource podSource,
    PodSettings pods,
    DnsSettings dns,
    HboneSettings hbone,
    int hbonePort,
    int threads,
    SocketSettings sockets,
    int connections,
    Optional<Traces.Exporting> traces,
    Control control,
    SameNode sameNode) {

  /// How connections between two workloads of this proxy go.
  public enum SameNode {
    /// By HBONE through the pods' own interfaces, where network policies see them.
    TUNNEL,
    /// Inside of the proxy, judged and logged the same.
    HAND_OVER
  }

  /// What is had from the control plane; from files where it is empty.
  ///
  /// @param revocations a file with revocation lists
  public record Control(
      Optional<DiscoveryTerms> discovery,
      Optional<AuthorityClient.Request> authority,
      Optional<Path> revocations) {}

  private static final Map<String, SameNode> SAME_NODE =
      new TreeMap<>(Map.of("tunnel", SameNode.TUNNEL, "direct", SameNode.HAND_OVER));

  private static final int OUTBOUND_PORT = 15_001;
  private static final int INBOUND_PORT = 15_006;
  private static final int HBONE_PORT = 15_008;
  private static final Map<String, PodSettings.Families> FAMILIES =
      Map.of("true", PodSettings.Families.BOTH, "false", PodSettings.Families.ONLY_IPV4);
  private static final Map<String, PodSettings.Source> SOURCES =
      Map.of("true", PodSettings.Source.CLIENT, "false", PodSettings.Source.PROXY);

  /// Reads the settings; problems are left with `environment`.
  public static ZtunnelSettings read(Environment environment) {
    Served served = served(environment);
    CapturePlan plan = capture(environment);
    return new ZtunnelSettings(
        Settings.read(environment),
        served,
        plan,
        PodSource.read(environment, plan, served),
        pods(environment, served),
        DnsSettings.read(environment),
        TunnelSettings.read(environment),
        environment.number("SLUICE_HBONE_PORT", HBONE_PORT, 1, 65_535),
        WorkerThreads.read(environment, Runtime.getRuntime().availableProcessors()),
        SocketEnvironment.read(environment),
        SocketEnvironment.connections(environment),
        TracingSettings.read(environment, "ztunnel"),
        control(environment),
        environment.word("SLUICE_SAME_NODE", SAME_NODE, SameNode.TUNNEL));
  }

  private static Control control(Environment environment) {
    Settings.requireSources(environment);
    var asking =
        environment.text("PROXY_MODE", "shared").equals("dedicated")
            ? AuthorityClient.Asking.FOR_ITSELF
            : AuthorityClient.Asking.FOR_NODE;
    return new Control(
        DiscoverySettings.read(environment),
        ControlPlaneSettings.authority(environment, asking),
        environment.path("CRL_PATH"));
  }

  // Alone in its own pod a proxy may do without privileges, and then without rules that need the
  // mark or the client's address.
  private static PodSettings pods(Environment environment, Served served) {
    boolean isAlone = served instanceof Served.One;
    return new PodSettings(
        environment.number("PACKET_MARK", isAlone ? 0 : PodSettings.MARK, 0, Integer.MAX_VALUE),
        environment.word("IPV6_ENABLED", FAMILIES, PodSettings.Families.BOTH),
        environment.word(
            "ENABLE_ORIG_SRC",
            SOURCES,
            isAlone ? PodSettings.Source.PROXY : PodSettings.Source.CLIENT));
  }

  private static CapturePlan capture(Environment environment) {
    var file = environment.path("SLUICE_CAPTURE_PATH");
    if (file.isEmpty()) {
      return CapturePlan.none();
    }
    return switch (CapturePlan.load(file.get())) {
      case YamlFile.Parsed.Value<CapturePlan>(var plan) -> plan;
      case YamlFile.Parsed.Broken<CapturePlan>(var problems) -> {
        problems.forEach(environment::problem);
        yield CapturePlan.none();
      }
    };
  }

  /// Ports of the proxy itself, which no connection may be led to. Source: ztunnel's ports.
  public Set<Integer> ownPorts() {
    var ports = new HashSet<>(Set.of(OUTBOUND_PORT, INBOUND_PORT, HBONE_PORT));
    ports.add(hbonePort);
    return Set.copyOf(ports);
  }

  private static Served served(Environment environment) {
    return switch (environment.text("PROXY_MODE", "shared")) {
      case "shared" -> new Served.Node(environment.requiredText("NODE_NAME"));
      case "dedicated" -> one(environment);
      case String other -> {
        environment.problem(
            "invalid PROXY_MODE=`" + other + "`: expected one of dedicated, shared");
        yield new Served.Node("");
      }
    };
  }

  private static Served one(Environment environment) {
    String info = environment.requiredText("PROXY_WORKLOAD_INFO");
    String[] parts = info.split("/", -1);
    if (parts.length != 3 && !info.isEmpty()) {
      environment.problem(
          "invalid PROXY_WORKLOAD_INFO=`" + info + "`: expected `namespace/name/service account`");
    }
    return parts.length == 3
        ? new Served.One(parts[0], parts[1], parts[2])
        : new Served.One("", "", "");
  }
}
