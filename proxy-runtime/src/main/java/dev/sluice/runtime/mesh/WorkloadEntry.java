package dev.sluice.runtime.mesh;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.mesh.Workload.Handling;
import dev.sluice.runtime.mesh.Workload.Health;
import dev.sluice.runtime.mesh.Workload.Locality;
import dev.sluice.runtime.mesh.Workload.NetworkMode;
import dev.sluice.runtime.mesh.Workload.Origin;
import dev.sluice.runtime.mesh.Workload.Protocol;
import dev.sluice.runtime.yaml.FieldReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads one workload or waypoint entry of a mesh file.
record WorkloadEntry(TrustDomain defaultTrustDomain) {

  private static final int MAX_CAPACITY = 1_000_000;

  private static final Map<String, Protocol> PROTOCOLS =
      new TreeMap<>(Map.of("HBONE", Protocol.HBONE, "TCP", Protocol.TCP));
  private static final Map<String, Health> HEALTH =
      new TreeMap<>(Map.of("Healthy", Health.HEALTHY, "Unhealthy", Health.UNHEALTHY));
  private static final Map<String, NetworkMode> NETWORK_MODES =
      new TreeMap<>(
          Map.of("Standard", NetworkMode.STANDARD, "HostNetwork", NetworkMode.HOST_NETWORK));
  private static final Map<String, String> TUNNELS =
      new TreeMap<>(Map.of("NONE", "NONE", "PROXY", "PROXY"));
  private static final Map<String, Boolean> TRUTHS =
      new TreeMap<>(Map.of("true", true, "false", false));

  Workload workload(FieldReader in) {
    String name = in.text("name", "");
    SpiffeId identity = identity(in);
    for (String required : List.of("workloadIps", "services")) {
      if (in.node(required) == null) {
        in.missing(required);
      }
    }
    return Workload.of(in.text("uid", identity.namespace() + "/" + name), name, identity)
        .addresses(in.list("workloadIps", "an IP address", FieldReader::address))
        .hostname(in.text("hostname", ""))
        .protocol(in.word("protocol", PROTOCOLS, Protocol.TCP))
        .handling(handling(in))
        .network(in.text("network", ""))
        .networkMode(in.word("networkMode", NETWORK_MODES, NetworkMode.STANDARD))
        .node(in.text("node", ""))
        .origin(origin(in, name))
        .services(in.portsByName("services"))
        .health(in.word("status", HEALTH, Health.HEALTHY))
        .waypoint(in.object("waypoint", GatewayEntry::read))
        .networkGateway(in.object("networkGateway", GatewayEntry::read))
        .capacity(in.number("capacity", 1, 0, MAX_CAPACITY))
        .labels(in.texts("labels"))
        .authorizationPolicies(
            in.list("authorizationPolicies", "`namespace/name`", WorkloadEntry::policyName))
        .build();
  }

  private static Optional<String> policyName(String text) {
    int slash = text.indexOf('/');
    boolean two = slash > 0 && slash < text.length() - 1 && text.indexOf('/', slash + 1) < 0;
    return two ? Optional.of(text) : Optional.empty();
  }

  private static Handling handling(FieldReader in) {
    boolean isNative = in.word("nativeTunnel", TRUTHS, false);
    Handling tunnel = in.object("applicationTunnel", WorkloadEntry::tunnel);
    if (tunnel != null) {
      return tunnel;
    }
    return isNative ? new Handling.Native() : new Handling.ByProxy();
  }

  private static Handling tunnel(FieldReader in) {
    int port = in.number("port", 0, 0, 65_535);
    return switch (in.word("protocol", TUNNELS, "NONE")) {
      case "PROXY" -> new Handling.ProxyHeader(port);
      case String _ -> new Handling.OnPort(port);
    };
  }

  private static Origin origin(FieldReader in, String name) {
    var locality = in.object("locality", WorkloadEntry::locality);
    return new Origin(
        in.text("clusterId", ""),
        in.text("canonicalName", name),
        in.text("canonicalRevision", ""),
        in.text("workloadName", name),
        in.text("workloadType", "pod"),
        locality == null ? Locality.unknown() : locality);
  }

  private static Locality locality(FieldReader in) {
    return new Locality(in.text("region", ""), in.text("zone", ""), in.text("subzone", ""));
  }

  private SpiffeId identity(FieldReader in) {
    String trustDomain = in.text("trustDomain", defaultTrustDomain.name());
    String namespace = in.requiredText("namespace");
    String account = in.text("serviceAccount", "default");
    String principal = trustDomain + "/ns/" + namespace + "/sa/" + account;
    var identity = SpiffeId.parsePrincipal(principal);
    if (identity.isEmpty() && !namespace.isEmpty()) {
      in.invalid("serviceAccount", "`" + principal + "` is no identity");
    }
    return identity.orElseGet(() -> new SpiffeId(defaultTrustDomain, "unknown", "unknown"));
  }

  Waypoint waypoint(FieldReader in) {
    in.requiredText("trustDomain");
    return new Waypoint(
        in.requiredText("namespace"),
        in.requiredText("name"),
        identity(in),
        in.requiredText("workload"));
  }
}
