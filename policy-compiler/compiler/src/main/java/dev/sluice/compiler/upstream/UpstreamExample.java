package dev.sluice.compiler.upstream;

import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.engine.policy.Peer;

/// A request on which Istio and the intent differ: what is asked, what proxies of Sluice decide,
/// and what Istio's would.
public record UpstreamExample(Case asked, Decision ours, Decision upstream) {

  /// In one sentence, for example "`GET /admin` by cluster.local/ns/shop/sa/web to Service
  /// shop/api:80 is refused here and allowed by Istio".
  public String sentence() {
    String client =
        switch (asked.from().peer()) {
          case Peer.Anonymous() -> "a client without mTLS";
          case Peer.Identified(var id) -> "`" + id.principal() + "`";
        };
    String from =
        asked.from().address().map(address -> " from " + address.getHostAddress()).orElse("");
    Target to = asked.to();
    String place =
        switch (to) {
          case Target.OfService _ -> "Service ";
          case Target.OfWorkload _ -> "workload ";
        };
    return request()
        + client
        + from
        + " to "
        + place
        + to.namespace()
        + "/"
        + to.name()
        + ":"
        + to.port()
        + (to instanceof Target.OfWorkload ? ", dialled directly," : "")
        + " is "
        + word(ours)
        + " here and "
        + word(upstream)
        + " by Istio";
  }

  private String request() {
    if (asked.http().isEmpty()) {
      return "a connection by ";
    }
    Http http = asked.http().get();
    String token =
        switch (http.token()) {
          case Token.Absent() -> "";
          case Token.Signed _ -> " with a valid token";
          case Token.Invalid() -> " with an invalid token";
        };
    return "`" + http.method() + " " + http.path() + "`" + token + " by ";
  }

  private static String word(Decision decision) {
    return switch (decision) {
      case ALLOW -> "allowed";
      case DENY -> "refused";
      case REJECT -> "rejected";
    };
  }
}
