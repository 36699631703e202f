package dev.sluice.runtime.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.runtime.discovery.DiscoveryTerms;
import dev.sluice.runtime.discovery.DiscoveryTerms.Extent;
import dev.sluice.runtime.discovery.DiscoveryTerms.Policies;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads what a node proxy asks of discovery, under upstream's names.
///
/// Source: ztunnel's configuration and node metadata.
public final class DiscoverySettings {

  private static final Map<String, Extent> EXTENTS =
      Map.of("true", Extent.ON_DEMAND, "false", Extent.EVERYTHING);
  private static final Map<String, Policies> POLICIES =
      Map.of("enforce", Policies.ENFORCED, "ignore", Policies.NOT_ASKED_FOR);

  private DiscoverySettings() {}

  /// What is asked of the server that `XDS_ADDRESS` names, if it does.
  public static Optional<DiscoveryTerms> read(Environment environment) {
    return ControlPlaneSettings.discovery(environment)
        .map(server ->
            new DiscoveryTerms(
                server, node(environment), extent(environment), policies(environment)));
  }

  private static Extent extent(Environment environment) {
    Extent extent = environment.word("XDS_ON_DEMAND", EXTENTS, Extent.EVERYTHING);
    if (extent == Extent.ON_DEMAND
        && environment.text("ISTIO_META_DNS_CAPTURE", "").equals("true")) {
      environment.problem(
          "XDS_ON_DEMAND=true leaves nothing to answer names from: not with"
              + " ISTIO_META_DNS_CAPTURE=true");
    }
    return extent;
  }

  private static Policies policies(Environment environment) {
    return environment.word("SLUICE_DISCOVERED_POLICIES", POLICIES, Policies.ENFORCED);
  }

  private static DiscoveryTerms.Node node(Environment environment) {
    String address = environment.text("INSTANCE_IP", "1.1.1.1");
    String pod = environment.text("POD_NAME", "");
    String namespace = environment.text("POD_NAMESPACE", "");
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("NAME", pod);
    metadata.put("NAMESPACE", namespace);
    metadata.put("INSTANCE_IPS", address);
    metadata.put("NODE_NAME", environment.text("NODE_NAME", ""));
    metadata.put("CLUSTER_ID", ControlPlaneSettings.cluster(environment));
    metadata.putAll(environment.withPrefix("ISTIO_META_"));
    environment
        .withPrefix("ISTIO_METAJSON_")
        .forEach((name, text) ->
            json(environment, name, text).ifPresent(value -> metadata.put(name, value)));
    return new DiscoveryTerms.Node(
        "ztunnel~%s~%s.%s~%s.svc.cluster.local".formatted(address, pod, namespace, namespace),
        metadata);
  }

  private static Optional<Object> json(Environment environment, String name, String text) {
    try {
      return Optional.ofNullable(new ObjectMapper().readValue(text, Object.class));
    } catch (JsonProcessingException malformed) {
      environment.problem("invalid ISTIO_METAJSON_" + name + ": expected JSON");
      return Optional.empty();
    }
  }
}
