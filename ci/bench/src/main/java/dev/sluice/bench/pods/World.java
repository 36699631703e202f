package dev.sluice.bench.pods;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.bundle.BundleFacts;
import dev.sluice.compiler.bundle.BundleWriter;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.trust.KeySettings;
import dev.sluice.compiler.trust.SigningKeys;
import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.controlplane.ca.WorkloadFiles;
import dev.sluice.engine.bundle.DurableFiles;
import dev.sluice.engine.bundle.Manifest;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.Period;
import java.util.List;

/// What the proxies of a bed are told, as files: workloads, certificates, policies.
///
/// Every pod is a workload of namespace `shop`; `api` serves port 8080 and the Service `api` with
/// the VIP 10.96.0.10:80. The local file is upstream's format and drives every ztunnel: its one
/// policy lets only `web` in. The signed bundle, which ours asks first, would let `other` in as
/// well.
final class World {

  static final String VIP = "10.96.0.10";

  private final Bed bed;
  private final Path home;
  private final CertificateAuthority authority;
  private final SigningKeys keys;
  private int bundles;

  World(Bed bed, Path home) throws IOException {
    this.bed = bed;
    this.home = Files.createDirectories(home);
    this.authority = authority(home.resolve("ca"));
    this.keys =
        switch (SigningKeys.init(home.resolve("keys"), KeySettings.development(Instant.now()))) {
          case SigningKeys.Outcome.Ready(var ready) -> ready;
          case SigningKeys.Outcome.Unusable(var problems) ->
              throw new IOException(problems.toString());
        };
    certify(Duration.ofHours(24));
    Files.createDirectories(home.resolve("bundles"));
    Files.writeString(mesh(), mesh(List.of()));
    publish();
  }

  private static CertificateAuthority authority(Path folder) throws IOException {
    return switch (CertificateAuthority.open(
        folder, new TrustDomain("cluster.local"), InstantSource.system())) {
      case CertificateAuthority.Opened.Ready(var ready) -> ready;
      case CertificateAuthority.Opened.Unusable(var file, var reason) ->
          throw new IOException("`" + file + "` " + reason);
    };
  }

  Path home() {
    return home;
  }

  Bed bed() {
    return bed;
  }

  CertificateAuthority authority() {
    return authority;
  }

  Path certificates() {
    return home.resolve("certificates");
  }

  Path mesh() {
    return home.resolve("mesh.yaml");
  }

  Path bundleDirectory() {
    return home.resolve("bundles");
  }

  Path trustRoot() {
    return home.resolve("keys/root.json");
  }

  /// Gives every pod a new certificate.
  void certify(Duration validity) throws IOException {
    var files = new WorkloadFiles(certificates());
    for (Bed.Pod pod : bed.pods()) {
      var id = SpiffeId.of("cluster.local", "shop", pod.account());
      if (files.enrol(authority, id, validity)
          instanceof WorkloadFiles.Enrolled.Failed(var reason)) {
        throw new IOException(reason);
      }
    }
  }

  /// Certificate and key of a pod in one file, as other TLS proxies want them.
  Path bothPem(Bed.Pod pod) throws IOException {
    Path folder = certificates().resolve("shop").resolve(pod.account());
    return Files.writeString(
        home.resolve(pod.account() + ".pem"),
        Files.readString(folder.resolve("cert-chain.pem"))
            + Files.readString(folder.resolve("key.pem")));
  }

  Path rootPem() {
    return certificates().resolve("shop/api/root-cert.pem");
  }

  /// Makes the workloads of `extra` appear or disappear beside the pods.
  void announce(List<String> extra) throws IOException {
    Path aside = Files.writeString(home.resolve("mesh.new"), mesh(extra));
    Files.move(
        aside,
        mesh(),
        java.nio.file.StandardCopyOption.ATOMIC_MOVE,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private String mesh(List<String> extra) {
    var text = new StringBuilder("workloads:\n");
    for (Bed.Pod pod : bed.pods()) {
      text.append(workload(pod.account(), pod.address(), pod.account().equals("api")));
    }
    for (int i = 0; i < extra.size(); i++) {
      text.append(workload(extra.get(i), "10.99." + i / 200 + "." + (i % 200 + 1), false));
    }
    return text.append(
            """
            services:
            - name: api
              namespace: shop
              hostname: api.shop.svc.cluster.local
              vips: ["/%s"]
              ports: {80: 8080}
              canonical: true
            """
                .formatted(VIP))
        .append(policy())
        .toString();
  }

  private static String workload(String account, String address, boolean serves) {
    return """
    - {uid: cluster1//v1/Pod/shop/%1$s, name: %1$s, namespace: shop, serviceAccount: %1$s, trustDomain: cluster.local, clusterId: Kubernetes,
       workloadIps: ["%2$s"], protocol: HBONE, node: %1$s, canonicalName: %1$s, canonicalRevision: v1, services: {%3$s}}
    """
        .formatted(
            account, address, serves ? "\"shop/api.shop.svc.cluster.local\": {80: 8080}" : "");
  }

  private static String policy() {
    return """
    policies:
    - name: only-web
      namespace: shop
      scope: Namespace
      action: Allow
      dryRun: false
      rules:
      - - - principals:
            - !Exact cluster.local/ns/shop/sa/web
    """;
  }

  /// Builds, signs and publishes a new bundle with the policy.
  void publish() throws IOException {
    String policy =
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: clients, namespace: shop, annotations: {generation: "%d"}}
        spec:
          rules:
          - from: [{source: {principals: [cluster.local/ns/shop/sa/web, cluster.local/ns/shop/sa/other]}}]
        """
            .formatted(bundles);
    Compilation compilation =
        Compiler.compile(
            new SourceTree(
                List.of(new SourceFile("policy.yaml", policy.getBytes(StandardCharsets.UTF_8)))),
            MeshSettings.defaults());
    if (compilation.hasErrors()) {
      throw new IOException(compilation.findings().toString());
    }
    var facts =
        new BundleFacts(
            "cluster.local",
            "main",
            Instant.now(),
            Period.ofDays(2),
            new Manifest.Source("", "", Manifest.WorkTree.CLEAN),
            "bench");
    Path target = bundleDirectory().resolve(Integer.toString(++bundles));
    if (BundleWriter.write(compilation.shards(), facts, keys, target)
        instanceof BundleWriter.Outcome.NotWritten(var problems)) {
      throw new IOException(problems.toString());
    }
    DurableFiles.link(bundleDirectory().resolve("current"), target.getFileName());
  }
}
