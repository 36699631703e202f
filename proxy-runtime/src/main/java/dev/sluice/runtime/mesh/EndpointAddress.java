package dev.sluice.runtime.mesh;

import dev.sluice.runtime.mesh.Service.IpFamilies;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Which of its addresses a workload is dialled on. Source: Istio ztunnel, `state`.
public final class EndpointAddress {

  private EndpointAddress() {}

  /// The requested address if the workload owns it; else, of those that the Service's families
  /// admit, the first of the requested family, else the first; empty when none is admitted.
  public static Optional<InetAddress> of(
      Workload workload, InetAddress requested, IpFamilies families) {
    if (workload.addresses().contains(requested)) {
      return Optional.of(requested);
    }
    List<InetAddress> admitted =
        workload.addresses().stream().filter(address -> isAdmitted(address, families)).toList();
    return admitted.stream()
        .filter(address -> isV4(address) == isV4(requested))
        .findFirst()
        .or(() -> admitted.stream().findFirst());
  }

  private static boolean isAdmitted(InetAddress address, IpFamilies families) {
    return switch (families) {
      case AUTOMATIC, DUAL -> true;
      case IPV4 -> isV4(address);
      case IPV6 -> !isV4(address);
    };
  }

  private static boolean isV4(InetAddress address) {
    return address instanceof Inet4Address;
  }
}
