package dev.sluice.runtime.hbone;

import java.util.List;
import java.util.Map;

/// What a CONNECT request says: its authority (`ip:port`, `[ip]:port` or `host:port`) and further
/// headers with lower-case names, sent in order.
public record ConnectHead(String authority, List<Map.Entry<String, String>> headers) {

  public ConnectHead {
    headers = List.copyOf(headers);
  }

  /// A head without further headers.
  public static ConnectHead of(String authority) {
    return new ConnectHead(authority, List.of());
  }
}
