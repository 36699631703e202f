package dev.sluice.ztunnel;

import dev.sluice.runtime.discovery.DiscoveryStatus;
import dev.sluice.runtime.discovery.DiscoveryTerms;
import dev.sluice.runtime.discovery.wire.DiscoveryClient;
import dev.sluice.runtime.identity.CertificateDirectory;
import dev.sluice.runtime.identity.CertificateSource;
import dev.sluice.runtime.identity.FileCertificates;
import dev.sluice.runtime.identity.wire.AuthorityClient;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.process.Readiness;
import dev.sluice.runtime.telemetry.DiscoveryMetrics;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.runtime.telemetry.RevocationMetrics;
import dev.sluice.runtime.telemetry.Traffic;
import dev.sluice.runtime.tls.Revocations;
import dev.sluice.runtime.wire.ControlLoop;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Where the mesh, certificates and revocations come from: the control plane, or files where none
/// is set.
final class ControlLinks implements AutoCloseable {

  private static final String DISCOVERY = "discovery";
  private static final String REVOCATIONS = "revocations";

  private final CertificateSource certificates;
  private final Revocations revocations;
  private final Deque<Runnable> ends = new ArrayDeque<>();
  private final Optional<DiscoveryTerms> discoveryTerms;
  private final ControlLoop loop = new ControlLoop();
  private final DiscoveryMetrics discoveryMetrics;
  private final Readiness readiness;
  private Optional<DiscoveryClient> discovery = Optional.empty();

  ControlLinks(ZtunnelSettings settings, MeshMetrics metrics, Readiness readiness) {
    this.readiness = readiness;
    this.discoveryMetrics = new DiscoveryMetrics(metrics);
    this.discoveryTerms = settings.control().discovery();
    ends.push(loop::close);
    certificates =
        settings
            .control()
            .authority()
            .<CertificateSource>map(this::authority)
            .orElseGet(() ->
                new FileCertificates(
                    new CertificateDirectory(settings.common().certificates().orElseThrow())));
    revocations =
        settings
            .control()
            .revocations()
            .map(file -> watch(file, new RevocationMetrics(metrics), readiness))
            .orElseGet(Revocations::none);
  }

  /// Follows the discovery server, if there is one; what listens to the mesh is there already.
  void discover(LiveMesh mesh) {
    discovery =
        discoveryTerms.map(terms -> {
          readiness.await(DISCOVERY);
          return DiscoveryClient.start(
              terms, loop, mesh, discoveryMetrics, () -> readiness.fulfil(DISCOVERY));
        });
    discovery.ifPresent(client -> ends.push(client::close));
  }

  /// How discovery is doing, where there is any.
  Optional<DiscoveryStatus> discovery() {
    return discovery.map(DiscoveryClient::status);
  }

  private AuthorityClient authority(AuthorityClient.Request request) {
    var client = new AuthorityClient(request, loop, InstantSource.system());
    ends.push(client::close);
    return client;
  }

  /// A file that cannot be read at the start is waited for; later the last good one stays.
  private Revocations watch(Path file, RevocationMetrics metrics, Readiness readiness) {
    readiness.await(REVOCATIONS);
    var watched =
        Revocations.watch(
            file,
            new Revocations.Listener() {
              @Override
              public void rejected(Revocations.Side side) {
                metrics.rejected(
                    switch (side) {
                      case ACCEPTED -> Traffic.Reporter.DESTINATION;
                      case DIALLED -> Traffic.Reporter.SOURCE;
                    });
              }

              @Override
              public void fileIs(Optional<String> problem) {
                if (problem.isEmpty()) {
                  readiness.fulfil(REVOCATIONS);
                }
              }
            });
    ends.push(watched::close);
    return watched;
  }

  CertificateSource certificates() {
    return certificates;
  }

  Revocations revocations() {
    return revocations;
  }

  @Override
  public void close() {
    ends.forEach(Runnable::run);
  }
}
