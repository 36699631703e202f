package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.source.Located;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.PathTemplate;
import java.util.List;
import java.util.Optional;

/// Checks single values of AuthorizationPolicy fields: what no proxy could match as meant is
/// refused.
final class ValueChecks {

  private static final String LITERAL = "-._~%!$&'()+,;:@=";

  private final Problems problems;

  ValueChecks(Problems problems) {
    this.problems = problems;
  }

  /// A non-empty text with a star, if any, only at one end.
  boolean wildcard(Located<String> value) {
    String text = value.value();
    if (!isFilled(value)) {
      return false;
    }
    String inner = text.equals("*") ? "" : strip(text);
    if (inner.indexOf('*') >= 0) {
      return refuse(
          value,
          Code.BAD_WILDCARD,
          new Text(
              "`" + Words.shortened(text) + "` has a `*` that is not at one end",
              "proxies take it literally or as a wildcard, each its own way",
              "put the star at the start or at the end, or list the values"));
    }
    return true;
  }

  /// Any text at all.
  boolean isFilled(Located<String> value) {
    return !value.value().isEmpty()
        || refuse(
            value,
            Code.EMPTY_VALUE,
            new Text(
                "an empty value", "it matches nothing", "remove it, or use `*` for any value"));
  }

  private static String strip(String text) {
    return text.startsWith("*")
        ? text.substring(1)
        : text.endsWith("*") ? text.substring(0, text.length() - 1) : text;
  }

  void principal(Located<String> value) {
    String text = value.value();
    if (text.startsWith("spiffe://")) {
      refuse(
          value,
          Code.BAD_PRINCIPAL,
          new Text(
              "`" + Words.shortened(text) + "` has the scheme `spiffe://`",
              "principals are compared without it, so this never matches",
              "write `" + Words.shortened(text.substring("spiffe://".length())) + "`"));
      return;
    }
    if (!wildcard(value)) {
      return;
    }
    boolean exact = !text.startsWith("*") && !text.endsWith("*");
    if (exact && dev.sluice.engine.identity.SpiffeId.parsePrincipal(text).isEmpty()) {
      refuse(
          value,
          Code.BAD_PRINCIPAL,
          new Text(
              "`" + Words.shortened(text) + "` is not the principal of any workload",
              "identities have the form `<trust domain>/ns/<namespace>/sa/<service account>`",
              "write, for example, `cluster.local/ns/shop/sa/web`"));
    } else if (text.endsWith("*") && text.contains("/ns/") && !text.endsWith("/*")) {
      problems.report(
          Code.PREFIX_CROSSES_BOUNDARY,
          value.span(),
          new Text(
              "`" + Words.shortened(text) + "` also matches names that only start like this",
              "`…/ns/foo*` covers namespace `foobar` as well as `foo`",
              "end the prefix at a slash: `"
                  + Words.shortened(text.substring(0, text.length() - 1))
                  + "/*`"));
    }
  }

  void serviceAccount(Located<String> value) {
    String text = value.value();
    String[] parts = text.split("/", -1);
    boolean shaped =
        parts.length <= 2
            && text.length() <= 320
            && text.indexOf('*') < 0
            && List.of(parts).stream().noneMatch(String::isEmpty);
    if (!shaped) {
      refuse(
          value,
          Code.BAD_SERVICE_ACCOUNT,
          new Text(
              "`" + Words.shortened(text) + "` is not a service account",
              "it is `name` (in the policy's namespace) or `namespace/name`, without wildcards",
              "name the account exactly, or use `namespaces`"));
    }
  }

  void trustDomain(Located<String> value) {
    if (wildcard(value) && value.value().indexOf('/') >= 0) {
      refuse(
          value,
          Code.BAD_PRINCIPAL,
          new Text(
              "`" + Words.shortened(value.value()) + "` is not a trust domain",
              "it has no `/`",
              "write only the part before the first slash of a principal"));
    }
  }

  void address(Located<String> value) {
    var parsed = Cidr.parse(value.value());
    if (parsed.isEmpty()) {
      refuse(
          value,
          Code.BAD_IP_BLOCK,
          new Text(
              "`" + Words.shortened(value.value()) + "` is neither an IP address nor a CIDR block",
              "a proxy that dropped it would widen or empty the rule",
              "write, for example, `10.1.2.3` or `10.0.0.0/8`"));
    } else if (hasHostBits(value.value(), parsed.get())) {
      problems.report(
          Code.HOST_BITS,
          value.span(),
          new Text(
              "`" + value.value() + "` means all of `" + parsed.get() + "`",
              "bits after the prefix are ignored",
              "write `" + parsed.get() + "`, or drop the prefix to mean one address"));
    }
  }

  private static boolean hasHostBits(String text, Cidr block) {
    int slash = text.indexOf('/');
    return slash >= 0
        && !Cidr.parse(text.substring(0, slash))
            .map(Cidr::network)
            .equals(Optional.of(block.network()));
  }

  void port(Located<String> value) {
    String text = value.value();
    boolean number = !text.isEmpty() && text.length() <= 5;
    for (int i = 0; number && i < text.length(); i++) {
      number = text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    int port = number ? Integer.parseInt(text) : 0;
    if (port < 1 || port > 65535) {
      refuse(
          value,
          Code.BAD_PORT,
          new Text(
              "`" + Words.shortened(text) + "` is not a port",
              "a port is a number from 1 to 65535",
              "write the number in quotes"));
    }
  }

  void path(Located<String> value) {
    String text = value.value();
    if (!PathTemplate.isTemplate(text)) {
      if (text.indexOf('{') >= 0 || text.indexOf('}') >= 0) {
        badTemplate(value, "operators are `{*}` and `{**}`");
      } else {
        wildcard(value);
      }
      return;
    }
    boolean many = false;
    String trimmed = text.startsWith("/") ? text.substring(1) : text;
    for (String segment : trimmed.split("/", -1)) {
      boolean operator = segment.equals("{*}") || segment.equals("{**}");
      if (operator && many) {
        badTemplate(value, "`{**}` must be the last operator");
        return;
      }
      if (!operator && !isLiteral(segment)) {
        badTemplate(
            value, "`" + Words.shortened(segment) + "` is neither an operator nor literal text");
        return;
      }
      many |= segment.equals("{**}");
    }
  }

  private static boolean isLiteral(String segment) {
    return !segment.isEmpty()
        && segment
            .chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || LITERAL.indexOf(c) >= 0);
  }

  private void badTemplate(Located<String> value, String why) {
    refuse(
        value,
        Code.BAD_PATH_TEMPLATE,
        new Text(
            "`" + Words.shortened(value.value()) + "` is not a path template",
            why,
            "use whole segments: `/orders/{*}/items` or `/orders/{**}`"));
  }

  void requestPrincipal(Located<String> value) {
    if (!wildcard(value)) {
      return;
    }
    String text = value.value();
    int slash = text.lastIndexOf('/');
    boolean cutScheme = slash > 0 && text.charAt(slash - 1) == '/';
    if (cutScheme || (slash < 0 && text.indexOf('*') < 0)) {
      refuse(
          value,
          Code.NEVER_MATCHES,
          new Text(
              "`" + Words.shortened(text) + "` never matches a token",
              "the last `/` separates issuer and subject",
              "write `<issuer>/<subject>` or `<issuer>/*`"));
    }
  }

  private boolean refuse(Located<String> value, Code code, Text text) {
    problems.report(code, value.span(), text);
    return false;
  }
}
