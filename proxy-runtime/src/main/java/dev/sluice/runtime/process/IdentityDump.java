package dev.sluice.runtime.process;

import dev.sluice.runtime.identity.IdentityStatus;
import dev.sluice.runtime.identity.WorkloadCertificate;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The `certificates` of `/config_dump`: serials and validity of every identity, and how renewing
/// goes; never a key.
public final class IdentityDump {

  private IdentityDump() {}

  public static List<Map<String, Object>> of(List<IdentityStatus> statuses) {
    return statuses.stream().map(IdentityDump::identity).toList();
  }

  private static Map<String, Object> identity(IdentityStatus status) {
    var object = new LinkedHashMap<String, Object>();
    object.put("identity", status.id().uri());
    object.put("state", status.state().word());
    status
        .certificate()
        .map(WorkloadCertificate::leaf)
        .ifPresent(leaf -> object.putAll(certificate(leaf)));
    status
        .certificate()
        .ifPresent(own -> {
          object.put("certChain", own.chain().stream().map(IdentityDump::certificate).toList());
          object.put("rootCerts", own.roots().stream().map(IdentityDump::certificate).toList());
        });
    object.put("failures", status.failures());
    if (!status.lastError().isEmpty()) {
      object.put("lastError", status.lastError());
    }
    status.nextAttempt().ifPresent(next -> object.put("nextAttempt", next.toString()));
    return object;
  }

  private static Map<String, Object> certificate(X509Certificate certificate) {
    var object = new LinkedHashMap<String, Object>();
    object.put("serialNumber", certificate.getSerialNumber().toString());
    object.put("validFrom", certificate.getNotBefore().toInstant().toString());
    object.put("expirationTime", certificate.getNotAfter().toInstant().toString());
    return object;
  }
}
