package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.equivalence.Attempt.Http;
import dev.sluice.compiler.equivalence.Attempt.Path;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.From;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.To;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.When;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.Peer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Matches one rule as written against one attempt, text by text.
final class RuleMatching {

  private final World world;
  private final Attempt attempt;
  private final boolean tokensValidated;

  RuleMatching(World world, Attempt attempt, boolean tokensValidated) {
    this.world = world;
    this.attempt = attempt;
    this.tokensValidated = tokensValidated;
  }

  static boolean needsHttp(Rule rule) {
    return rule.from().stream()
            .flatMap(from -> from.entries().stream())
            .anyMatch(entry -> entry.attribute() == SourceAttribute.REQUEST_PRINCIPALS)
        || rule.to().stream()
            .flatMap(to -> to.entries().stream())
            .anyMatch(entry -> entry.attribute() != OperationAttribute.PORTS)
        || rule.when().stream().anyMatch(when -> when.key().value().startsWith("request."));
  }

  /// Whether the port conditions of a rule leave it a chance on this workload port.
  static boolean mayMatchPort(Rule rule, int port) {
    String text = Integer.toString(port);
    boolean operation =
        rule.to().isEmpty()
            || rule.to().stream()
                .anyMatch(to ->
                    to.entries().stream()
                        .filter(entry -> entry.attribute() == OperationAttribute.PORTS)
                        .allMatch(entry ->
                            contains(entry.values(), text)
                                == (entry.polarity() == Polarity.POSITIVE)));
    boolean conditions =
        rule.when().stream()
            .filter(when -> when.key().value().equals("destination.port"))
            .allMatch(when ->
                (when.values().isEmpty() || contains(when.values(), text))
                    && !contains(when.notValues(), text));
    return operation && conditions;
  }

  private static boolean contains(List<Located<String>> values, String text) {
    return values.stream().anyMatch(value -> value.value().equals(text));
  }

  boolean matches(AuthorizationPolicySyntax policy, Rule rule) {
    return (rule.from().isEmpty() || rule.from().stream().anyMatch(from -> matches(policy, from)))
        && (rule.to().isEmpty() || rule.to().stream().anyMatch(to -> matches(policy, to)))
        && rule.when().stream().allMatch(when -> matches(policy, when));
  }

  private boolean matches(AuthorizationPolicySyntax policy, From from) {
    return from.entries().stream()
        .allMatch(entry ->
            entry.values().stream()
                    .anyMatch(value -> source(policy, entry.attribute(), value.value()))
                == (entry.polarity() == Polarity.POSITIVE));
  }

  private boolean matches(AuthorizationPolicySyntax policy, To to) {
    return to.entries().stream()
        .allMatch(entry ->
            entry.values().stream()
                    .anyMatch(value -> operation(policy, entry.attribute(), value.value()))
                == (entry.polarity() == Polarity.POSITIVE));
  }

  private boolean matches(AuthorizationPolicySyntax policy, When when) {
    String key = when.key().value();
    boolean positive =
        when.values().isEmpty()
            || when.values().stream().anyMatch(value -> condition(policy, key, value.value()));
    boolean negative =
        when.notValues().stream().anyMatch(value -> condition(policy, key, value.value()));
    return positive && !negative;
  }

  boolean source(AuthorizationPolicySyntax policy, SourceAttribute attribute, String value) {
    SpiffeId id = attempt.peer() instanceof Peer.Identified(var found) ? found : null;
    boolean own = id != null && world.ownTrustDomains().contains(id.trustDomain().name());
    return switch (attribute) {
      case PRINCIPALS -> id != null && principal(value, id, own);
      case NAMESPACES -> own && id != null && text(value, id.namespace());
      case SERVICE_ACCOUNTS -> own && id != null && account(policy, value, id);
      case TRUST_DOMAINS -> id != null && text(value, id.trustDomain().name());
      case IP_BLOCKS -> address(value, attempt.source());
      case REQUEST_PRINCIPALS -> requestPrincipal(value);
      case REMOTE_IP_BLOCKS -> throw new AssertionError("not generated");
    };
  }

  /// `cluster.local` stands for every trust domain of the mesh.
  private static boolean principal(String value, SpiffeId id, boolean own) {
    String rest = "cluster.local/";
    return value.startsWith(rest)
        ? own
            && text(
                value.substring(rest.length()),
                "ns/" + id.namespace() + "/sa/" + id.serviceAccount())
        : text(value, id.principal());
  }

  private static boolean account(AuthorizationPolicySyntax policy, String value, SpiffeId id) {
    String full = value.contains("/") ? value : policy.metadata().namespace() + "/" + value;
    return full.equals(id.namespace() + "/" + id.serviceAccount());
  }

  boolean operation(AuthorizationPolicySyntax policy, OperationAttribute attribute, String value) {
    Http http = attempt.http().orElse(null);
    return switch (attribute) {
      case PORTS -> value.equals(Integer.toString(destinationPort(policy)));
      case METHODS -> http != null && text(value, http.method());
      case HOSTS -> http != null && text(value.toLowerCase(java.util.Locale.ROOT), http.host());
      case PATHS -> http != null && path(value, http.path());
    };
  }

  /// Enough of templates for what is generated: `/a/{*}` and `/a/{**}`.
  private static boolean path(String value, String path) {
    if (value.endsWith("/{**}")) {
      String base = value.substring(0, value.length() - 5);
      return path.equals(base) || path.startsWith(base + "/");
    }
    if (value.endsWith("/{*}")) {
      String base = value.substring(0, value.length() - 3);
      return path.startsWith(base)
          && path.length() > base.length()
          && path.indexOf('/', base.length()) < 0;
    }
    return text(value, path);
  }

  boolean condition(AuthorizationPolicySyntax policy, String key, String value) {
    Http http = attempt.http().orElse(null);
    return switch (key) {
      case "source.ip" -> address(value, attempt.source());
      case "source.namespace" -> source(policy, SourceAttribute.NAMESPACES, value);
      case "source.principal" -> source(policy, SourceAttribute.PRINCIPALS, value);
      case "source.serviceAccount" -> source(policy, SourceAttribute.SERVICE_ACCOUNTS, value);
      case "source.trustDomain" -> source(policy, SourceAttribute.TRUST_DOMAINS, value);
      case "destination.port" -> value.equals(Integer.toString(destinationPort(policy)));
      case "destination.ip" -> address(value, destinationAddress(policy));
      case "request.headers[x-tenant]" -> {
        String header = http == null ? null : http.headers().get("x-tenant");
        yield header != null && text(value, header);
      }
      case "request.auth.claims[role]" -> text(value, claim("role"));
      case "request.auth.claims[realm][groups]" -> anyText(value, nested("realm", "groups"));
      case "request.auth.audiences" -> anyText(value, value("aud"));
      case "request.auth.presenter" -> text(value, claim("azp"));
      case "request.auth.principal" -> requestPrincipal(value);
      default -> throw new AssertionError("not generated: " + key);
    };
  }

  private boolean requestPrincipal(String value) {
    String issuer = claim("iss");
    String subject = claim("sub");
    return switch (value) {
      case "*" -> !issuer.isEmpty() && !subject.isEmpty();
      case "https://idp/alice" -> issuer.equals("https://idp") && subject.equals("alice");
      case "https://idp/*" -> issuer.equals("https://idp") && !subject.isEmpty();
      case "*/bob" -> !issuer.isEmpty() && subject.equals("bob");
      default -> throw new AssertionError("not generated: " + value);
    };
  }

  private String claim(String name) {
    return value(name) instanceof ClaimValue.Text(var text) ? text : "";
  }

  private @Nullable ClaimValue value(String name) {
    return tokensValidated
            && attempt.http().isPresent()
            && attempt.http().get().credential() instanceof Credential.Valid(var claims)
        ? claims.values().get(name)
        : null;
  }

  private @Nullable ClaimValue nested(String outer, String inner) {
    return value(outer) instanceof ClaimValue.Nested(var values) ? values.get(inner) : null;
  }

  private static boolean anyText(String pattern, @Nullable ClaimValue value) {
    return value instanceof ClaimValue.Texts(var texts)
        && texts.stream().anyMatch(text -> text(pattern, text));
  }

  private int destinationPort(AuthorizationPolicySyntax policy) {
    return policy.selection() instanceof Selection.Targets
            && attempt.path() instanceof Path.ThroughWaypoint through
        ? through.servicePort().port()
        : attempt.path().port();
  }

  private static String destinationAddress(AuthorizationPolicySyntax policy) {
    return policy.selection() instanceof Selection.Targets
        ? Composite.VIP.getHostAddress()
        : Composite.POD.getHostAddress();
  }

  /// Blocks are generated on octet borders only, and one of IPv6.
  private static boolean address(String block, String address) {
    int slash = block.indexOf('/');
    if (slash < 0) {
      return block.equals(address);
    }
    if (block.equals("fd00::/16")) {
      return address.startsWith("fd00:");
    }
    String[] octets = block.substring(0, slash).split("\\.", -1);
    String prefix =
        String.join(
            ".", List.of(octets).subList(0, Integer.parseInt(block.substring(slash + 1)) / 8));
    return (address + ".").startsWith(prefix + ".");
  }

  private static boolean text(String pattern, String value) {
    if (pattern.equals("*")) {
      return !value.isEmpty();
    }
    if (pattern.startsWith("*")) {
      return !value.isEmpty() && value.endsWith(pattern.substring(1));
    }
    if (pattern.endsWith("*")) {
      return !value.isEmpty() && value.startsWith(pattern.substring(0, pattern.length() - 1));
    }
    return pattern.equals(value);
  }
}
