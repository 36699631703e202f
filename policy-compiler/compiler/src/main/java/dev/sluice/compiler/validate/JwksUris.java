package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.source.Located;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/// Refuses `jwksUri`: keys are part of what is reviewed and signed, and an address inside the
/// cluster would make the control plane ask services on an author's behalf.
record JwksUris(String clusterDomain, Problems problems) {

  void check(MappingNode rule) {
    for (String field : List.of("jwksUri", "jwks_uri")) {
      Located<String> uri = Fields.text(rule, field);
      if (uri == null) {
        continue;
      }
      if (isInside(uri.value())) {
        problems.report(
            Code.JWKS_URI_INSIDE_CLUSTER,
            uri.span(),
            new Text(
                "`" + field + "` points into the cluster: `" + Words.shortened(uri.value()) + "`",
                "Istio's control plane would fetch it, past every policy, for whoever may write"
                    + " this object",
                "inline the public keys under `jwks`"));
      } else {
        problems.report(
            Code.UNSUPPORTED_FIELD,
            Fields.keySpan(rule, field),
            new Text(
                "`" + field + "` is not supported",
                "keys that are fetched later are not part of what was reviewed and signed",
                "inline the public keys under `jwks`"));
      }
    }
  }

  private boolean isInside(String text) {
    String host;
    try {
      host = new URI(text).getHost();
    } catch (URISyntaxException malformed) {
      return false;
    }
    if (host == null) {
      return false;
    }
    String name = host.toLowerCase(Locale.ROOT);
    return name.indexOf('.') < 0
        || name.endsWith(".svc")
        || name.endsWith(".svc." + clusterDomain.toLowerCase(Locale.ROOT))
        || name.endsWith(".localhost")
        || name.endsWith(".internal")
        || isPrivateAddress(name);
  }

  /// Literals only: a name is never resolved.
  private static boolean isPrivateAddress(String host) {
    try {
      InetAddress address = InetAddress.ofLiteral(host.replace("[", "").replace("]", ""));
      return address.isLoopbackAddress()
          || address.isLinkLocalAddress()
          || address.isSiteLocalAddress()
          || address.isAnyLocalAddress();
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }
}
