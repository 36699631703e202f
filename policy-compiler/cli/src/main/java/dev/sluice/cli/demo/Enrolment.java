package dev.sluice.cli.demo;

import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.controlplane.ca.WorkloadFiles;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/// Gives every service account of the shop a certificate of the run's own authority.
final class Enrolment {

  private static final Duration VALIDITY = Duration.ofDays(1);

  private Enrolment() {}

  /// Writes the certificates of all pods.
  static void enrol(DemoFolder folder) {
    var trustDomain = new TrustDomain(Shop.TRUST_DOMAIN);
    var opened =
        CertificateAuthority.open(
            folder.root().resolve("authority"), trustDomain, InstantSource.system());
    switch (opened) {
      case CertificateAuthority.Opened.Unusable(var file, var reason) ->
          throw new DemoFailure("`" + file + "` " + reason, List.of());
      case CertificateAuthority.Opened.Ready(var authority) -> {
        var files = new WorkloadFiles(folder.certificates());
        Shop.PODS.stream()
            .map(pod -> new SpiffeId(trustDomain, pod.namespace(), pod.account()))
            .distinct()
            .forEach(id -> enrol(files, authority, id));
      }
    }
  }

  private static void enrol(WorkloadFiles files, CertificateAuthority authority, SpiffeId id) {
    switch (files.enrol(authority, id, VALIDITY)) {
      case WorkloadFiles.Enrolled.Written _ -> {}
      case WorkloadFiles.Enrolled.Failed(var reason) ->
          throw new DemoFailure("no certificate for `" + id + "`: " + reason, List.of());
    }
  }
}
