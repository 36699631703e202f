package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.netty.Dial;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// How sockets in pods are made.
///
/// @param mark what the proxy's own packets carry, so that redirection leaves them alone; 0 for
///   none
public record PodSettings(int mark, Families families, Source source) {

  /// What rules in pods tell the proxy's packets by. Source: Istio's CNI agent.
  public static final int MARK = 0x539;

  /// The Internet protocols captured.
  public enum Families {
    BOTH,
    ONLY_IPV4
  }

  /// Whose address the application sees.
  public enum Source {
    CLIENT,
    PROXY
  }

  /// Marked, both families, the client's address.
  public static PodSettings defaults() {
    return new PodSettings(MARK, Families.BOTH, Source.CLIENT);
  }

  /// Under which address the application at `destination` is dialled for `client`.
  Dial.Source sourceFor(InetSocketAddress client, InetSocketAddress destination) {
    InetAddress address = client.getAddress();
    return source == Source.PROXY || address.equals(destination.getAddress())
        ? new Dial.Source.Any()
        : new Dial.Source.Borrowed(address);
  }
}
