package dev.sluice.runtime.mesh;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.runtime.mesh.Service.HealthPolicy;
import dev.sluice.runtime.mesh.Service.LoadBalancing;
import dev.sluice.runtime.mesh.Service.Mode;
import dev.sluice.runtime.mesh.Service.Preference;
import dev.sluice.runtime.mesh.Service.Visibility;
import dev.sluice.runtime.yaml.FieldReader;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads one workload, service or waypoint entry of a mesh file.
record MeshEntries(TrustDomain defaultTrustDomain) {

  private static final int MAX_CAPACITY = 1_000_000;

  private static final Map<String, Preference> PREFERENCES =
      words(
          Map.of(
              "Region", Preference.REGION,
              "Zone", Preference.ZONE,
              "Subzone", Preference.SUBZONE,
              "Node", Preference.NODE,
              "Cluster", Preference.CLUSTER,
              "Network", Preference.NETWORK));
  private static final Map<String, Mode> MODES =
      words(
          Map.of(
              "Standard", Mode.STANDARD,
              "Strict", Mode.STRICT,
              "Failover", Mode.FAILOVER,
              "Passthrough", Mode.PASSTHROUGH));
  private static final Map<String, Workload.Protocol> PROTOCOLS =
      words(Map.of("HBONE", Workload.Protocol.HBONE, "TCP", Workload.Protocol.TCP));
  private static final Map<String, Workload.Health> HEALTH =
      words(Map.of("Healthy", Workload.Health.HEALTHY, "Unhealthy", Workload.Health.UNHEALTHY));
  private static final Map<String, HealthPolicy> HEALTH_POLICIES =
      words(Map.of("OnlyHealthy", HealthPolicy.ONLY_HEALTHY, "AllowAll", HealthPolicy.ALLOW_ALL));
  private static final Map<String, Visibility> VISIBILITIES =
      words(Map.of("Public", Visibility.PUBLIC, "Namespace", Visibility.NAMESPACE));

  private static <T> Map<String, T> words(Map<String, T> words) {
    return new TreeMap<>(words);
  }

  private static Map<String, String> plain(String... words) {
    var result = new TreeMap<String, String>();
    for (String word : words) {
      result.put(word, word);
    }
    return result;
  }

  Workload workload(FieldReader in) {
    String name = in.text("name", "");
    SpiffeId identity = identity(in);
    for (String required : List.of("workloadIps", "services")) {
      if (in.node(required) == null) {
        in.missing(required);
      }
    }
    acceptUnused(in);
    return new Workload(
        in.text("uid", identity.namespace() + "/" + name),
        name,
        identity,
        in.list("workloadIps", "an IP address", FieldReader::address),
        in.word("protocol", PROTOCOLS, Workload.Protocol.TCP),
        in.text("network", ""),
        in.text("node", ""),
        origin(in, name),
        in.portsByName("services"),
        in.word("status", HEALTH, Workload.Health.HEALTHY),
        in.object("waypoint", this::gateway),
        in.number("capacity", 1, 0, MAX_CAPACITY),
        in.texts("labels"));
  }

  private Workload.Origin origin(FieldReader in, String name) {
    var unknown = new Workload.Locality("", "", "");
    var locality = in.object("locality", this::locality);
    return new Workload.Origin(
        in.text("clusterId", ""),
        in.text("canonicalName", name),
        in.text("canonicalRevision", ""),
        in.text("workloadName", name),
        in.text("workloadType", "pod"),
        locality == null ? unknown : locality);
  }

  private Workload.Locality locality(FieldReader in) {
    return new Workload.Locality(
        in.text("region", ""), in.text("zone", ""), in.text("subzone", ""));
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

  // Keys of the upstream format that change nothing here, or only with features not built in; a
  // value
  // that would change what is enforced is refused.
  private void acceptUnused(FieldReader in) {
    in.text("hostname", "");
    in.word("networkMode", plain("Standard", "HostNetwork"), "Standard");
    in.word("nativeTunnel", plain("true", "false"), "false");
    in.object("networkGateway", this::gateway);
    if (in.node("applicationTunnel") != null) {
      String protocol = in.object("applicationTunnel", this::tunnel);
      if ("PROXY".equals(protocol)) {
        in.invalid("applicationTunnel", "the PROXY protocol is not supported");
      }
    }
    if (!in.items("authorizationPolicies").isEmpty()) {
      in.invalid("authorizationPolicies", "policies come from the signed bundle only");
    }
  }

  private String tunnel(FieldReader in) {
    in.number("port", 1, 1, 65_535);
    return in.word("protocol", plain("NONE", "PROXY"), "NONE");
  }

  Service service(FieldReader in) {
    for (String required : List.of("vips", "ports")) {
      if (in.node(required) == null) {
        in.missing(required);
      }
    }
    in.word("canonical", plain("true", "false"), "false");
    in.word("ipFamilies", plain("Dual", "IPv4", "IPv6"), "Dual");
    var balancing = in.object("loadBalancer", this::loadBalancing);
    return new Service(
        in.requiredText("name"),
        in.requiredText("namespace"),
        in.requiredText("hostname"),
        in.list("vips", "`network/address`", this::vip),
        in.list("cidrVips", "`network/block`", this::block),
        in.ports("ports"),
        in.list("subjectAltNames", "an identity", FieldReader::identity),
        in.object("waypoint", this::gateway),
        balancing == null ? LoadBalancing.standard() : balancing,
        in.word("visibility", VISIBILITIES, Visibility.PUBLIC),
        in.wordsByPort("appProtocols"));
  }

  private Optional<InetAddress> vip(String text) {
    int slash = text.indexOf('/');
    return slash < 0 ? Optional.empty() : FieldReader.address(text.substring(slash + 1));
  }

  private Optional<Cidr> block(String text) {
    int slash = text.indexOf('/');
    return slash < 0 ? Optional.empty() : Cidr.parse(text.substring(slash + 1));
  }

  private LoadBalancing loadBalancing(FieldReader in) {
    for (String required : List.of("routingPreferences", "mode")) {
      if (in.node(required) == null) {
        in.missing(required);
      }
    }
    return new LoadBalancing(
        in.list(
            "routingPreferences",
            "one of " + String.join(", ", PREFERENCES.keySet()),
            word -> Optional.ofNullable(PREFERENCES.get(word))),
        in.word("mode", MODES, Mode.STANDARD),
        in.word("healthPolicy", HEALTH_POLICIES, HealthPolicy.ONLY_HEALTHY));
  }

  private GatewayAddress gateway(FieldReader in) {
    String text = in.requiredText("destination");
    if (in.node("hboneMtlsPort") == null) {
      in.missing("hboneMtlsPort");
    }
    int slash = Math.max(text.indexOf('/'), 0);
    String first = text.substring(0, slash);
    String second = text.substring(Math.min(slash + 1, text.length()));
    var address = FieldReader.address(second);
    if (second.isEmpty() || (address.isEmpty() && first.isEmpty())) {
      in.invalid("destination", "`" + text + "` is neither `network/address` nor `namespace/host`");
    }
    GatewayAddress.Destination destination =
        address.isPresent()
            ? new GatewayAddress.Destination.ByAddress(first, address.get())
            : new GatewayAddress.Destination.ByHostname(first, second);
    return new GatewayAddress(destination, in.number("hboneMtlsPort", 15_008, 1, 65_535));
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
