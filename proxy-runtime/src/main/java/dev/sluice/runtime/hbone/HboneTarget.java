package dev.sluice.runtime.hbone;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.netty.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where a tunnel goes and as whom: the address dialled, the identities the peer may have (one of
/// its URI SANs must be among them), the source address to bind, and the local certificate.
///
/// `bindSource` null leaves the source address to the kernel. An empty `expected` admits no peer.
///
/// @param sockets what connections are made from; those of different places are never shared
public record HboneTarget(
    InetSocketAddress address,
    Set<SpiffeId> expected,
    @Nullable InetAddress bindSource,
    WorkloadCertificate local,
    Sockets sockets) {

  public HboneTarget {
    expected = Set.copyOf(expected);
  }

  /// With the process's own sockets.
  public HboneTarget(
      InetSocketAddress address,
      Set<SpiffeId> expected,
      @Nullable InetAddress bindSource,
      WorkloadCertificate local) {
    this(address, expected, bindSource, local, Sockets.own());
  }
}
