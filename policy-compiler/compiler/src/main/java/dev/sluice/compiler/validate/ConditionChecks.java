package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.source.Located;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks the key of a `when` condition and its values.
final class ConditionChecks {

  private static final List<String> KEYS =
      List.of(
          "source.ip",
          "source.namespace",
          "source.principal",
          "source.serviceAccount",
          "source.trustDomain",
          "destination.ip",
          "destination.port",
          "request.auth.principal",
          "request.auth.audiences",
          "request.auth.presenter",
          "request.auth.claims[…]",
          "request.headers[…]");

  private final Problems problems;
  private final ValueChecks checks;

  ConditionChecks(Problems problems, ValueChecks checks) {
    this.problems = problems;
    this.checks = checks;
  }

  void check(Located<String> key, List<Located<String>> values, List<Located<String>> notValues) {
    Consumer<Located<String>> check = valueCheck(key);
    if (check != null) {
      Stream.concat(values.stream(), notValues.stream()).filter(checks::isFilled).forEach(check);
    }
  }

  /// How values of a key are checked; null when the key itself was refused.
  private @Nullable Consumer<Located<String>> valueCheck(Located<String> key) {
    return switch (key.value()) {
      case "source.ip", "destination.ip" -> checks::address;
      case "source.namespace", "request.auth.audiences", "request.auth.presenter" ->
          checks::wildcard;
      case "source.principal" -> checks::principal;
      case "source.serviceAccount" -> checks::serviceAccount;
      case "source.trustDomain" -> checks::trustDomain;
      case "destination.port" -> checks::port;
      case "request.auth.principal" -> checks::requestPrincipal;
      case "remote.ip" ->
          refuse(key, "it trusts `X-Forwarded-For`, which no proxy here does", "use `source.ip`");
      case "connection.sni" ->
          refuse(key, "traffic inside the mesh carries no server name", "use `destination.port`");
      default -> bracketed(key);
    };
  }

  private @Nullable Consumer<Located<String>> bracketed(Located<String> key) {
    String text = key.value();
    if (text.startsWith("experimental.")) {
      return refuse(key, "it reads Envoy's own state, which no proxy here has", "remove it");
    }
    if (text.startsWith("request.headers[") && isHeaderName(text.substring(15))) {
      return checks::wildcard;
    }
    if (text.startsWith("request.auth.claims[") && isClaimPath(text.substring(19))) {
      return checks::wildcard;
    }
    problems.report(
        Code.UNKNOWN_ATTRIBUTE,
        key.span(),
        new Text(
            "unknown attribute `" + Words.shortened(text) + "`",
            "Istio drops a condition it does not know, which widens the rule",
            Words.nearest(text, KEYS)
                .map(found -> "did you mean `" + found + "`?")
                .orElse("use one of " + String.join(", ", KEYS))));
    return null;
  }

  private @Nullable Consumer<Located<String>> refuse(Located<String> key, String why, String help) {
    problems.report(
        Code.UNSUPPORTED_CONDITION,
        key.span(),
        new Text("attribute `" + Words.shortened(key.value()) + "` is not supported", why, help));
    return null;
  }

  /// `[name]` with the characters of a header name (RFC 9110 §5.1).
  private static boolean isHeaderName(String bracketed) {
    if (bracketed.length() < 3 || !bracketed.endsWith("]")) {
      return false;
    }
    String name = bracketed.substring(1, bracketed.length() - 1);
    return name.chars()
        .allMatch(c ->
            (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
  }

  /// `[a][b]…` with non-empty names free of brackets.
  private static boolean isClaimPath(String bracketed) {
    if (bracketed.length() < 3 || !bracketed.startsWith("[") || !bracketed.endsWith("]")) {
      return false;
    }
    for (String name : bracketed.substring(1, bracketed.length() - 1).split("\\]\\[", -1)) {
      if (name.isEmpty() || name.indexOf('[') >= 0 || name.indexOf(']') >= 0) {
        return false;
      }
    }
    return true;
  }
}
