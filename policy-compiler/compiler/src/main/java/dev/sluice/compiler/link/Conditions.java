package dev.sluice.compiler.link;

import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.From;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.To;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Values;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.When;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import dev.sluice.engine.policy.PathTemplate;
import dev.sluice.engine.policy.StringMatch;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// Turns the rules of one AuthorizationPolicy into conditions.
///
/// Every value was validated before, so nothing is dropped here: an unexpected value is a bug and
/// throws.
final class Conditions {

  /// Whose ports and addresses `ports`, `destination.port` and `destination.ip` mean.
  enum Addressee {
    WORKLOAD,
    SERVICE
  }

  private final List<TrustDomain> trustDomains;

  private final String policyNamespace;
  private final Addressee addressee;

  Conditions(List<TrustDomain> trustDomains, String policyNamespace, Addressee addressee) {
    this.trustDomains = List.copyOf(trustDomains);
    this.policyNamespace = policyNamespace;
    this.addressee = addressee;
  }

  /// The trust domain of a mesh, then its aliases.
  static List<TrustDomain> trustDomains(MeshSettings settings) {
    var domains = new LinkedHashSet<TrustDomain>();
    domains.add(settings.trustDomain());
    domains.addAll(settings.trustDomainAliases());
    return List.copyOf(domains);
  }

  /// The condition of a rule: any `from`, any `to`, every `when`; an absent part is always true.
  Condition of(Rule rule) {
    var parts = new ArrayList<Condition>();
    if (!rule.from().isEmpty()) {
      var sources = new ArrayList<Condition>(rule.from().size());
      for (From from : rule.from()) {
        sources.add(all(from.entries(), this::source));
      }
      parts.add(new AnyOf(sources));
    }
    if (!rule.to().isEmpty()) {
      var operations = new ArrayList<Condition>(rule.to().size());
      for (To to : rule.to()) {
        operations.add(all(to.entries(), this::operation));
      }
      parts.add(new AnyOf(operations));
    }
    rule.when().forEach(when -> parts.add(when(when)));
    return new AllOf(parts);
  }

  /// What in a rule needs an HTTP request, for the reason chain.
  static List<Located<String>> httpAttributes(Rule rule) {
    var found = new ArrayList<Located<String>>();
    for (var from : rule.from()) {
      for (var values : from.entries()) {
        if (values.attribute() == SourceAttribute.REQUEST_PRINCIPALS) {
          found.add(new Located<>(values.attribute().field(values.polarity()), values.span()));
        }
      }
    }
    for (var to : rule.to()) {
      for (var values : to.entries()) {
        if (values.attribute() != OperationAttribute.PORTS) {
          found.add(new Located<>(values.attribute().field(values.polarity()), values.span()));
        }
      }
    }
    for (var when : rule.when()) {
      if (when.key().value().startsWith("request.")) {
        found.add(when.key());
      }
    }
    return found;
  }

  private static <A> Condition all(
      List<Values<A>> entries, Function<Values<A>, Condition> translate) {
    var all = new ArrayList<Condition>(entries.size());
    for (Values<A> entry : entries) {
      all.add(translate.apply(entry));
    }
    return new AllOf(all);
  }

  private Condition source(Values<SourceAttribute> values) {
    return signed(
        values,
        switch (values.attribute()) {
          case PRINCIPALS -> this::principal;
          case REQUEST_PRINCIPALS -> Conditions::requestPrincipal;
          case NAMESPACES -> this::namespace;
          case SERVICE_ACCOUNTS -> this::serviceAccount;
          case IP_BLOCKS -> text -> new Condition.SourceAddress(cidr(text));
          case TRUST_DOMAINS -> text -> new Condition.PeerTrustDomain(StringMatch.parse(text));
          case REMOTE_IP_BLOCKS ->
              throw new IllegalStateException("remoteIpBlocks passed validation");
        });
  }

  private Condition operation(Values<OperationAttribute> values) {
    return signed(
        values,
        switch (values.attribute()) {
          case HOSTS -> text -> new Condition.Host(StringMatch.parse(text));
          case PORTS -> this::port;
          case METHODS -> text -> new Condition.Method(StringMatch.parse(text));
          case PATHS -> Conditions::path;
        });
  }

  private Condition when(When when) {
    Function<String, Condition> leaf = whenLeaf(when.key().value());
    var parts = new ArrayList<Condition>();
    if (!when.values().isEmpty()) {
      parts.add(any(when.values(), leaf));
    }
    if (!when.notValues().isEmpty()) {
      parts.add(new Not(any(when.notValues(), leaf)));
    }
    return new AllOf(parts);
  }

  private Function<String, Condition> whenLeaf(String key) {
    return switch (key) {
      case "source.ip" -> text -> new Condition.SourceAddress(cidr(text));
      case "source.namespace" -> this::namespace;
      case "source.principal" -> this::principal;
      case "source.serviceAccount" -> this::serviceAccount;
      case "source.trustDomain" -> text -> new Condition.PeerTrustDomain(StringMatch.parse(text));
      case "destination.ip" -> this::address;
      case "destination.port" -> this::port;
      case "request.auth.principal" -> Conditions::requestPrincipal;
      case "request.auth.audiences" -> text -> claim(List.of("aud"), text);
      case "request.auth.presenter" -> text -> claim(List.of("azp"), text);
      default -> bracketed(key);
    };
  }

  private static Function<String, Condition> bracketed(String key) {
    if (key.startsWith("request.headers[") && key.endsWith("]")) {
      String name =
          key.substring("request.headers[".length(), key.length() - 1).toLowerCase(Locale.ROOT);
      return text -> new Condition.Header(name, StringMatch.parse(text));
    }
    if (key.startsWith("request.auth.claims[") && key.endsWith("]")) {
      String inner = key.substring("request.auth.claims[".length(), key.length() - 1);
      List<String> path = List.of(inner.split("\\]\\[", -1));
      return text -> claim(path, text);
    }
    throw new IllegalStateException("when key `" + key + "` passed validation");
  }

  private static <A> Condition signed(Values<A> values, Function<String, Condition> leaf) {
    Condition any = any(values.values(), leaf);
    return values.polarity() == Polarity.POSITIVE ? any : new Not(any);
  }

  private static Condition any(List<Located<String>> values, Function<String, Condition> leaf) {
    var any = new ArrayList<Condition>(values.size());
    for (Located<String> value : values) {
      any.add(leaf.apply(value.value()));
    }
    return new AnyOf(any);
  }

  private Condition principal(String text) {
    int slash = text.indexOf('/');
    String first = slash < 0 ? "" : text.substring(0, slash);
    if (!isOwnTrustDomain(first)) {
      return new Condition.Principal(StringMatch.parse(text));
    }
    var any = new ArrayList<Condition>(trustDomains.size());
    for (TrustDomain domain : trustDomains) {
      String principal = domain.name().equals(first) ? text : domain.name() + text.substring(slash);
      any.add(new Condition.Principal(StringMatch.parse(principal)));
    }
    return new AnyOf(any);
  }

  private boolean isOwnTrustDomain(String name) {
    // `cluster.local` is the conventional pointer to whatever the mesh's trust domain is
    boolean own = name.equals("cluster.local");
    for (TrustDomain domain : trustDomains) {
      own |= domain.name().equals(name);
    }
    return own;
  }

  private Condition inOwnTrustDomain(Condition condition) {
    return new AllOf(
        List.of(
            new AnyOf(
                trustDomains.stream()
                    .map(domain -> (Condition) Condition.PeerTrustDomain.of(domain))
                    .toList()),
            condition));
  }

  private Condition namespace(String text) {
    return inOwnTrustDomain(new Condition.PeerNamespace(StringMatch.parse(text)));
  }

  private Condition serviceAccount(String text) {
    int slash = text.indexOf('/');
    String namespace = slash < 0 ? policyNamespace : text.substring(0, slash);
    return inOwnTrustDomain(new Condition.PeerServiceAccount(namespace, text.substring(slash + 1)));
  }

  private Condition port(String text) {
    int port = Integer.parseInt(text);
    return switch (addressee) {
      case WORKLOAD -> new Condition.WorkloadPort(port);
      case SERVICE -> new Condition.ServicePort(port);
    };
  }

  private Condition address(String text) {
    return switch (addressee) {
      case WORKLOAD -> new Condition.WorkloadAddress(cidr(text));
      case SERVICE -> new Condition.ServiceAddress(cidr(text));
    };
  }

  private static Condition path(String text) {
    return PathTemplate.isTemplate(text)
        ? new Condition.TemplatedPath(PathTemplate.parse(text))
        : new Condition.Path(StringMatch.parse(text));
  }

  private static Condition claim(List<String> path, String text) {
    return new Condition.Claim(path, StringMatch.parse(text));
  }

  /// The notation of Istio: the last slash separates issuer and subject.
  private static Condition requestPrincipal(String text) {
    int slash = text.lastIndexOf('/');
    if (slash >= 0) {
      return new Condition.RequestPrincipal(
          StringMatch.parse(text.substring(0, slash)),
          StringMatch.parse(text.substring(slash + 1)));
    }
    StringMatch match = StringMatch.parse(text);
    return switch (match) {
      case StringMatch.Present present -> new Condition.RequestPrincipal(present, present);
      case StringMatch.Suffix suffix ->
          new Condition.RequestPrincipal(new StringMatch.Present(), suffix);
      case StringMatch.Prefix prefix ->
          new Condition.RequestPrincipal(prefix, new StringMatch.Present());
      case StringMatch.Exact exact ->
          new Condition.RequestPrincipal(exact, new StringMatch.Exact(""));
    };
  }

  private static Cidr cidr(String text) {
    return Cidr.parse(text)
        .orElseThrow(() -> new IllegalStateException("address `" + text + "` passed validation"));
  }
}
