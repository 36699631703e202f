package dev.sluice.compiler.syntax;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import java.util.List;
import java.util.Set;

/// An AuthorizationPolicy as written. Source: Istio security.istio.io/v1.
public record AuthorizationPolicySyntax(
    Metadata metadata, Selection selection, Located<Action> action, List<Rule> rules)
    implements PolicyDocument {

  public AuthorizationPolicySyntax {
    rules = List.copyOf(rules);
  }

  /// The annotation that puts a policy on trial.
  public static final String DRY_RUN = "istio.io/dry-run";

  private static final Set<String> TRUE = Set.of("1", "t", "T", "TRUE", "true", "True");

  /// Whether the policy is on trial: evaluated aside and counted, never enforced.
  public boolean isDryRun() {
    return TRUE.contains(metadata.annotation(DRY_RUN));
  }

  /// The action as written; AUDIT and CUSTOM are refused with a finding by validation.
  public enum Action {
    ALLOW,
    DENY,
    AUDIT,
    CUSTOM
  }

  /// One rule: empty `from` means any source, empty `to` any operation, empty `when` no condition.
  public record Rule(int index, List<From> from, List<To> to, List<When> when, Span span) {
    public Rule {
      from = List.copyOf(from);
      to = List.copyOf(to);
      when = List.copyOf(when);
    }
  }

  /// One `from.source`: all entries hold.
  public record From(List<Values<SourceAttribute>> entries, Span span) {
    public From {
      entries = List.copyOf(entries);
    }
  }

  /// One `to.operation`: all entries hold.
  public record To(List<Values<OperationAttribute>> entries, Span span) {
    public To {
      entries = List.copyOf(entries);
    }
  }

  /// One condition: any of `values` (when not empty) and none of `notValues`.
  public record When(
      Located<String> key,
      List<Located<String>> values,
      List<Located<String>> notValues,
      Span span) {
    public When {
      values = List.copyOf(values);
      notValues = List.copyOf(notValues);
    }
  }

  /// One field of a source or operation with its values, which are ORed and never empty.
  public record Values<A>(A attribute, Polarity polarity, List<Located<String>> values, Span span) {
    public Values {
      values = List.copyOf(values);
    }
  }

  /// Whether the field is `x` or `notX`.
  public enum Polarity {
    POSITIVE,
    NEGATIVE
  }

  /// A field of `source`, without its `not` form.
  public enum SourceAttribute {
    PRINCIPALS("principals", "notPrincipals"),
    REQUEST_PRINCIPALS("requestPrincipals", "notRequestPrincipals"),
    NAMESPACES("namespaces", "notNamespaces"),
    SERVICE_ACCOUNTS("serviceAccounts", "notServiceAccounts"),
    IP_BLOCKS("ipBlocks", "notIpBlocks"),
    REMOTE_IP_BLOCKS("remoteIpBlocks", "notRemoteIpBlocks"),
    TRUST_DOMAINS("trustDomains", "notTrustDomains");

    private final String field;
    private final String negatedField;

    SourceAttribute(String field, String negatedField) {
      this.field = field;
      this.negatedField = negatedField;
    }

    /// The YAML field for a polarity.
    public String field(Polarity polarity) {
      return polarity == Polarity.POSITIVE ? field : negatedField;
    }
  }

  /// A field of `operation`, without its `not` form.
  public enum OperationAttribute {
    HOSTS("hosts", "notHosts"),
    PORTS("ports", "notPorts"),
    METHODS("methods", "notMethods"),
    PATHS("paths", "notPaths");

    private final String field;
    private final String negatedField;

    OperationAttribute(String field, String negatedField) {
      this.field = field;
      this.negatedField = negatedField;
    }

    /// The YAML field for a polarity.
    public String field(Polarity polarity) {
      return polarity == Polarity.POSITIVE ? field : negatedField;
    }
  }
}
