package dev.sluice.compiler.walk;

import dev.sluice.compiler.syntax.Case.Http;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The headers of a case as a waypoint looks at them: without what no client may say.
final class ClientHeaders {

  private ClientHeaders() {}

  /// By lower-case name; `authority` also stands for the header `host`, unless it is empty.
  static Map<String, String> of(Http http, String authority) {
    var headers = new HashMap<String, String>();
    http.headers()
        .forEach((name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          if (!isForProxiesOnly(lower)) {
            headers.put(lower, value);
          }
        });
    if (!authority.isEmpty()) {
      headers.put("host", authority);
    }
    return headers;
  }

  /// A proxy drops these from any client; source: Istio's and Envoy's internal headers.
  private static boolean isForProxiesOnly(String name) {
    return name.equals("x-forwarded-client-cert")
        || name.startsWith("x-envoy-")
        || name.startsWith("x-istio-");
  }
}
