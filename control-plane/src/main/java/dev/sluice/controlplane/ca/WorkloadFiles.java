package dev.sluice.controlplane.ca;

import dev.sluice.engine.identity.SpiffeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Writes workload certificates where proxies read them: `<dir>/<namespace>/<service
/// account>/{cert-chain.pem,key.pem,root-cert.pem}`.
public record WorkloadFiles(Path directory) {

  /// What enrolling a workload brought.
  public sealed interface Enrolled {

    /// The folder with the three files.
    record Written(Path folder) implements Enrolled {}

    /// The authority refused, or the files cannot be written.
    record Failed(String reason) implements Enrolled {}
  }

  /// Generates a key for `id`, has it certified and writes the three files; the key is readable by
  /// its owner only.
  public Enrolled enrol(CertificateAuthority authority, SpiffeId id, Duration validity) {
    if (isNavigation(id.namespace()) || isNavigation(id.serviceAccount())) {
      return new Enrolled.Failed("`" + id + "` does not name a folder");
    }
    WorkloadKeys keys = WorkloadKeys.generate(id);
    return switch (authority.issue(keys.requestPem(), id, validity)) {
      case CertificateAuthority.Issued.Refused(Refusal refusal, String detail) ->
          new Enrolled.Failed(refusal.code() + ": " + detail);
      case CertificateAuthority.Issued.Certificate issued -> {
        Path folder = directory.resolve(id.namespace()).resolve(id.serviceAccount());
        try {
          write(folder, keys, issued.chainPem(), authority.rootsPem());
          yield new Enrolled.Written(folder);
        } catch (IOException e) {
          yield new Enrolled.Failed("cannot write `" + folder + "`: " + e.getMessage());
        }
      }
    };
  }

  private static boolean isNavigation(String segment) {
    return segment.equals(".") || segment.equals("..");
  }

  private static void write(Path folder, WorkloadKeys keys, String chainPem, String rootsPem)
      throws IOException {
    Files.createDirectories(folder);
    Pem.writePrivate(folder.resolve("key.pem"), keys.keyPem());
    Pem.writePublic(folder.resolve("cert-chain.pem"), chainPem);
    Pem.writePublic(folder.resolve("root-cert.pem"), rootsPem);
  }
}
