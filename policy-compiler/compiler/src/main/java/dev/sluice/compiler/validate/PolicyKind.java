package dev.sluice.compiler.validate;

import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.schemas.ApiRules;
import dev.sluice.schemas.Schemas;
import java.util.Optional;

/// The policy kinds, each with its schema and the rules of the API server, loaded when the first
/// object of the kind comes along.
@SuppressWarnings("ImmutableEnumChecker") // what is lazy is made once and never changes
enum PolicyKind {
  AUTHORIZATION_POLICY(
      "security.istio.io",
      "AuthorizationPolicy",
      Schemas.AUTHORIZATION_POLICY,
      ApiRules.AUTHORIZATION_POLICY),
  PEER_AUTHENTICATION(
      "security.istio.io",
      "PeerAuthentication",
      Schemas.PEER_AUTHENTICATION,
      ApiRules.PEER_AUTHENTICATION),
  REQUEST_AUTHENTICATION(
      "security.istio.io",
      "RequestAuthentication",
      Schemas.REQUEST_AUTHENTICATION,
      ApiRules.REQUEST_AUTHENTICATION),
  HTTP_ROUTE("gateway.networking.k8s.io", "HTTPRoute", Schemas.HTTP_ROUTE, ApiRules.HTTP_ROUTE);

  private final String group;
  private final String kind;
  private final Lazy<SchemaValidator> schema;
  private final Lazy<ApiServerRules> rules;

  PolicyKind(String group, String kind, Schemas schema, ApiRules rules) {
    this.group = group;
    this.kind = kind;
    this.schema = new Lazy<>(() -> SchemaValidator.of(schema));
    this.rules = new Lazy<>(() -> ApiServerRules.of(rules));
  }

  /// The kind of a document; empty when it states no policy.
  static Optional<PolicyKind> of(ReadDocument document) {
    for (PolicyKind known : values()) {
      if (known.kind.equals(document.kind()) && known.group.equals(document.group())) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  String group() {
    return group;
  }

  String kind() {
    return kind;
  }

  SchemaValidator schema() {
    return schema.value();
  }

  ApiServerRules rules() {
    return rules.value();
  }
}
