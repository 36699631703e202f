package dev.sluice.runtime.mesh;

import java.net.InetAddress;

/// An IP address and the network it means something in (empty: the default network).
///
/// Its text, `network/address`, is how discovery names it.
public record NetworkAddress(String network, InetAddress address) {

  @Override
  public String toString() {
    return network + "/" + address.getHostAddress();
  }
}
