package dev.sluice.runtime.process;

import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.runtime.bundle.BundleFacts;
import dev.sluice.runtime.bundle.BundleLoader;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.bundle.LoadAttempt;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The body of `/config_dump`: what the proxy enforces, what it tried last, and what it knows;
/// never a key.
public final class ConfigDump {

  private ConfigDump() {}

  /// The parts that every proxy has; a proxy may add its own to the result.
  public static Map<String, Object> of(
      LivePolicy policy,
      BundleLoader loader,
      StaticMesh mesh,
      Collection<WorkloadCertificate> certificates) {
    var snapshot = policy.current();
    var dump = new LinkedHashMap<String, Object>();
    put(dump, "bundle", snapshot.facts().map(ConfigDump::bundle));
    put(dump, "lastAttempt", loader.lastAttempt().map(ConfigDump::attempt));
    dump.put(
        "workloads",
        mesh.workloads().stream()
            .sorted(Comparator.comparing(Workload::uid))
            .map(ConfigDump::workload)
            .toList());
    dump.put("policies", snapshot.shard().map(ConfigDump::policies).orElse(List.of()));
    dump.put("certificates", certificates.stream().map(ConfigDump::certificate).toList());
    return dump;
  }

  @SuppressWarnings("NullAway") // JSON null is part of the contract
  private static void put(Map<String, Object> object, String name, Optional<?> value) {
    object.put(name, value.orElse(null));
  }

  @SuppressWarnings("NullAway") // JSON null is part of the contract
  private static void put(Map<String, Object> object, String name, @Nullable Object value) {
    object.put(name, value);
  }

  private static @Nullable String text(String text) {
    return text.isEmpty() ? null : text;
  }

  private static @Nullable Long number(long number) {
    return number < 0 ? null : number;
  }

  private static Map<String, Object> bundle(BundleFacts facts) {
    var object = new LinkedHashMap<String, Object>();
    object.put("epoch", facts.epoch());
    object.put("sequence", facts.sequence());
    object.put("digest", facts.digest());
    object.put("semanticDigest", facts.semanticDigest());
    put(object, "commit", text(facts.commit()));
    object.put("issuedAt", facts.issuedAt().toString());
    object.put("expires", facts.expires().toString());
    object.put("activatedAt", facts.activatedAt().toString());
    return object;
  }

  private static Map<String, Object> attempt(LoadAttempt attempt) {
    var object = new LinkedHashMap<String, Object>();
    object.put("at", attempt.at().toString());
    object.put("result", attempt.result().text());
    put(object, "reason", text(attempt.reason()));
    put(object, "message", text(attempt.message()));
    put(object, "epoch", number(attempt.epoch()));
    put(object, "sequence", number(attempt.sequence()));
    put(object, "digest", text(attempt.digest()));
    return object;
  }

  private static Map<String, Object> workload(Workload workload) {
    var object = new LinkedHashMap<String, Object>();
    object.put("uid", workload.uid());
    object.put("name", workload.name());
    object.put("namespace", workload.namespace());
    object.put("serviceAccount", workload.identity().serviceAccount());
    object.put("trustDomain", workload.identity().trustDomain().name());
    object.put(
        "workloadIps", workload.addresses().stream().map(InetAddress::getHostAddress).toList());
    object.put("protocol", workload.protocol().name());
    object.put("node", workload.node());
    object.put("labels", workload.labels());
    return object;
  }

  private static List<Map<String, Object>> policies(PolicyShard shard) {
    var all = new ArrayList<Map<String, Object>>();
    shard
        .policies()
        .forEach(policy ->
            all.add(
                Map.of(
                    "name", policy.id().toString(),
                    "action", policy.action().name(),
                    "scope", policy.scope().toString(),
                    "rules", policy.rules().size())));
    shard
        .peerAuthentications()
        .forEach(policy ->
            all.add(
                Map.of(
                    "name", policy.id().toString(),
                    "mode", policy.mode().name(),
                    "scope", policy.scope().toString())));
    shard
        .requestAuthentications()
        .forEach(policy ->
            all.add(Map.of("name", policy.id().toString(), "scope", policy.scope().toString())));
    shard
        .guards()
        .forEach(guard ->
            all.add(Map.of("name", guard.id().toString(), "scope", guard.scope().toString())));
    return all;
  }

  private static Map<String, Object> certificate(WorkloadCertificate certificate) {
    var leaf = certificate.leaf();
    return Map.of(
        "identity", certificate.id().uri(),
        "serialNumber", leaf.getSerialNumber().toString(),
        "validFrom", leaf.getNotBefore().toInstant().toString(),
        "expirationTime", leaf.getNotAfter().toInstant().toString());
  }
}
