package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.netty.Dial;
import dev.sluice.runtime.netty.Sockets;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Where what the proxy dials in the place of a workload sets out from.
///
/// @param sockets those of the workload's network namespace
/// @param source the address to bind; null where the namespace has only the workload's
public record Departure(Sockets sockets, @Nullable InetAddress source) {

  /// A connection to `destination`.
  public Dial dial(InetSocketAddress destination) {
    return new Dial(
        sockets, destination, source == null ? new Dial.Source.Any() : new Dial.Source.Own(source));
  }
}
