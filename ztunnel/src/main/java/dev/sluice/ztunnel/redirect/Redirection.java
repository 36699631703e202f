package dev.sluice.ztunnel.redirect;

import java.util.List;
import java.util.Map;

/// What is to be redirected in a pod, apart from how.
///
/// Source of marks, ports, priorities and probe addresses: Istio's CNI agent, so that its rules and
/// these are the same and either can take over from the other.
///
/// @param families the protocols redirected, IPv4 always
/// @param probeAddresses the source by which traffic of the node itself, such as health probes, is
///   known and left alone
/// @param interfaces interfaces of virtual machines in the pod, whose traffic is the pod's own
record Redirection(
    List<Family> families,
    Map<Family, String> probeAddresses,
    Inbound inbound,
    Dns dns,
    List<String> interfaces) {

  static final int OUTBOUND_PORT = 15_001;
  static final int INBOUND_PORT = 15_006;
  static final int HBONE_PORT = 15_008;
  static final int DNS_PORT = 15_053;

  /// What the proxy marks its packets with, and of which mark bits are looked at.
  static final String PROXY_MARK = "0x539/0xfff";

  /// What connections that the proxy made to the pod are marked with, so that answers return to it.
  static final String RETURN_MARK = "0x111/0xfff";

  static final int ROUTE_TABLE = 100;
  static final int RULE_PRIORITY = 32_764;

  static final String PROBE_V4 = "169.254.7.127";
  static final String PROBE_V6 = "fd16:9254:7127:1337:ffff:ffff:ffff:ffff";

  /// Whether what is dialled to the pod is led to the proxy.
  enum Inbound {
    CAPTURED,
    LEFT_ALONE
  }

  /// Whether name look-ups of the pod are led to the proxy.
  enum Dns {
    CAPTURED,
    LEFT_ALONE
  }

  Redirection {
    families = List.copyOf(families);
    probeAddresses = Map.copyOf(probeAddresses);
    interfaces = List.copyOf(interfaces);
  }

  String probe(Family family) {
    return probeAddresses.getOrDefault(family, family == Family.IPV4 ? PROBE_V4 : PROBE_V6);
  }
}
