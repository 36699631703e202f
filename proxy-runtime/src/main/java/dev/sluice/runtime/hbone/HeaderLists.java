package dev.sluice.runtime.hbone;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Turns HTTP/2 header blocks into plain lists.
final class HeaderLists {

  private HeaderLists() {}

  /// All but the pseudo-headers, in order.
  static List<Map.Entry<String, String>> of(Http2Headers headers) {
    List<Map.Entry<String, String>> list = new ArrayList<>(headers.size());
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      String name = header.getKey().toString();
      if (!name.startsWith(":")) {
        list.add(Map.entry(name, header.getValue().toString()));
      }
    }
    return List.copyOf(list);
  }
}
