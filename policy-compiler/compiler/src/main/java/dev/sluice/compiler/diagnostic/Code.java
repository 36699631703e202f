package dev.sluice.compiler.diagnostic;

import static dev.sluice.compiler.diagnostic.Severity.ERROR;
import static dev.sluice.compiler.diagnostic.Severity.NOTE;
import static dev.sluice.compiler.diagnostic.Severity.WARNING;

/// Stable codes of findings. A number is never reused; new ones are added at the end of their
/// range.
///
/// 10xx reading, 11xx shape, 12xx one document, 13xx accepted findings, 20xx links, 30xx placement,
/// 40xx lowering, 50xx signing, 60xx review of policies together.
public enum Code {
  FILE_UNREADABLE(1001, ERROR, "file-unreadable"),
  TOO_LARGE(1002, ERROR, "too-large"),
  FORBIDDEN_CHARACTER(1003, ERROR, "forbidden-character"),
  YAML_SYNTAX(1004, ERROR, "yaml-syntax"),
  DUPLICATE_KEY(1005, ERROR, "duplicate-key"),
  ALIAS(1006, ERROR, "alias"),
  MERGE_KEY(1007, ERROR, "merge-key"),
  TAG(1008, ERROR, "tag"),
  DIRECTIVE(1009, ERROR, "directive"),
  DOCUMENT_END(1010, ERROR, "document-end"),
  AMBIGUOUS_SCALAR(1011, ERROR, "ambiguous-scalar"),
  TOO_DEEP(1012, ERROR, "too-deep"),
  BAD_KEY(1013, ERROR, "bad-key"),
  TEMPLATE(1014, ERROR, "unrendered-template"),
  READERS_DISAGREE(1015, ERROR, "readers-disagree"),
  IMPRECISE_NUMBER(1016, ERROR, "imprecise-number"),
  TOO_MANY_PROBLEMS(1017, ERROR, "too-many-problems"),
  NESTED_LIST(1018, ERROR, "nested-list"),
  HIDDEN_LIST(1019, ERROR, "hidden-list"),
  NO_FILES(1020, ERROR, "no-files"),
  RAW_KUSTOMIZATION(1021, WARNING, "raw-kustomization"),
  NOT_ASCII(1022, ERROR, "not-ascii"),

  NOT_AN_OBJECT(1101, ERROR, "not-an-object"),
  MISSING_FIELD(1102, ERROR, "missing-field"),
  UNKNOWN_FIELD(1103, ERROR, "unknown-field"),
  WRONG_TYPE(1104, ERROR, "wrong-type"),
  WRONG_VALUE(1105, ERROR, "wrong-value"),
  WRONG_LENGTH(1106, ERROR, "wrong-length"),
  UNKNOWN_KIND(1107, WARNING, "unknown-kind"),
  UNSUPPORTED_VERSION(1108, ERROR, "unsupported-version"),
  DUPLICATE_RESOURCE(1109, ERROR, "duplicate-resource"),
  BAD_SETTINGS(1110, ERROR, "bad-settings"),
  API_RULE(1111, ERROR, "api-rule"),
  EXPERIMENTAL_FIELD(1112, ERROR, "experimental-field"),

  SELECTOR_AND_TARGET(1201, ERROR, "selector-and-target"),
  EMPTY_LIST(1202, ERROR, "empty-list"),
  EMPTY_SELECTOR(1203, ERROR, "empty-selector"),
  DENY_WITHOUT_RULES(1204, ERROR, "deny-without-rules"),
  BAD_IP_BLOCK(1205, ERROR, "bad-ip-block"),
  BAD_PORT(1206, ERROR, "bad-port"),
  BAD_WILDCARD(1207, ERROR, "bad-wildcard"),
  BAD_PRINCIPAL(1208, ERROR, "bad-principal"),
  BAD_SERVICE_ACCOUNT(1209, ERROR, "bad-service-account"),
  MIXED_IDENTITY_FIELDS(1210, ERROR, "mixed-identity-fields"),
  BAD_PATH_TEMPLATE(1211, ERROR, "bad-path-template"),
  UNKNOWN_ATTRIBUTE(1212, ERROR, "unknown-attribute"),
  BAD_CONDITION(1213, ERROR, "bad-condition"),
  CROSS_NAMESPACE_TARGET(1214, ERROR, "cross-namespace-target"),
  BAD_TARGET_KIND(1215, ERROR, "bad-target-kind"),
  PORT_LEVEL_WITHOUT_SELECTOR(1216, ERROR, "port-level-without-selector"),
  SELECTOR_IN_ROOT_NAMESPACE(1217, ERROR, "selector-in-root-namespace"),
  BAD_JWKS(1218, ERROR, "bad-jwks"),
  NO_ISSUER(1219, ERROR, "no-issuer"),
  BAD_ROUTE_PATH(1220, ERROR, "bad-route-path"),
  BAD_FILTERS(1221, ERROR, "bad-filters"),
  BAD_BACKEND(1222, ERROR, "bad-backend"),
  BAD_DURATION(1223, ERROR, "bad-duration"),
  BAD_REGEX(1224, ERROR, "bad-regex"),
  UNSUPPORTED_FIELD(1225, ERROR, "unsupported-field"),
  UNSUPPORTED_ACTION(1226, ERROR, "unsupported-action"),
  DRY_RUN(1227, ERROR, "dry-run"),
  REVISION_LABEL(1228, ERROR, "revision-label"),
  NO_AUDIENCE(1229, WARNING, "no-audience"),
  NEVER_MATCHES(1230, ERROR, "never-matches"),
  PREFIX_CROSSES_BOUNDARY(1231, WARNING, "prefix-crosses-boundary"),
  ADMITS_PLAINTEXT(1232, WARNING, "admits-plaintext"),
  HOST_BITS(1233, WARNING, "host-bits"),
  BAD_ANNOTATION(1234, ERROR, "bad-annotation"),
  EMPTY_ENTRY(1235, ERROR, "empty-entry"),
  EMPTY_VALUE(1236, ERROR, "empty-value"),
  BAD_PROVIDER(1237, ERROR, "bad-provider"),
  NOT_IN_CUSTOM(1238, ERROR, "not-in-custom"),
  DUPLICATE_ENTRY(1239, ERROR, "duplicate-entry"),
  JWKS_URI_INSIDE_CLUSTER(1240, ERROR, "jwks-uri-inside-cluster"),
  INTERNAL_ANNOTATION(1241, ERROR, "internal-annotation"),
  DENY_BY_PATH(1242, WARNING, "deny-by-path"),
  DENY_BY_HOST(1243, WARNING, "deny-by-host"),
  REPEATED_CONDITION(1244, WARNING, "repeated-condition"),
  SEPARATE_ALTERNATIVES(1245, WARNING, "separate-alternatives"),
  CLAIM_NOT_TEXT(1246, WARNING, "claim-not-text"),
  DISABLE_IS_PERMISSIVE(1247, WARNING, "disable-is-permissive"),
  BARE_ACCOUNT_IN_ROOT(1248, WARNING, "bare-account-in-root"),
  FOREIGN_TRUST_DOMAIN(1249, WARNING, "foreign-trust-domain"),
  REWRITE_INTO_FORBIDDEN(1250, WARNING, "rewrite-into-forbidden"),

  SUPPRESSION_EXPIRED(1300, WARNING, "suppression-expired"),
  SUPPRESSION_UNUSED(1301, NOTE, "suppression-unused"),
  BASELINE_STALE(1302, NOTE, "baseline-stale"),

  TARGET_NOT_FOUND(2001, ERROR, "target-not-found"),
  SELECTS_NOTHING(2002, WARNING, "selects-nothing"),
  WAYPOINT_NOT_FOUND(2003, ERROR, "waypoint-not-found"),
  BACKEND_NOT_FOUND(2004, ERROR, "backend-not-found"),
  PARENT_PORT_NOT_FOUND(2005, ERROR, "parent-port-not-found"),
  DUPLICATE_PEER_AUTHENTICATION(2006, ERROR, "duplicate-peer-authentication"),
  WAYPOINT_REFUSES_NAMESPACE(2007, ERROR, "waypoint-refuses-namespace"),
  UNRESOLVED_TARGET_PORT(2008, ERROR, "unresolved-target-port"),
  UNKNOWN_NAMESPACE(2009, WARNING, "unknown-namespace"),
  PLACEMENT_UNKNOWN(2010, WARNING, "placement-unknown"),
  TARGET_UNKNOWN(2011, WARNING, "target-unknown"),
  UNKNOWN_SERVICE_ACCOUNT(2012, WARNING, "unknown-service-account"),
  UNKNOWN_GATEWAY_CLASS(2013, WARNING, "unknown-gateway-class"),
  REFERENCE_NOT_GRANTED(2014, WARNING, "reference-not-granted"),
  ROUTE_NOT_ADMITTED(2015, ERROR, "route-not-admitted"),
  PORT_NOT_SERVED(2016, WARNING, "port-not-served"),
  TOPOLOGY_INCOMPLETE(2017, WARNING, "topology-incomplete"),
  BAD_MESH_FILE(2018, ERROR, "bad-mesh-file"),
  WAYPOINT_LABEL_IGNORED(2019, WARNING, "waypoint-label-ignored"),
  WAYPOINT_WITHOUT_LISTENER(2020, WARNING, "waypoint-without-listener"),

  NEEDS_WAYPOINT(3001, ERROR, "needs-waypoint"),
  TARGET_WITHOUT_WAYPOINT(3002, ERROR, "target-without-waypoint"),
  ROUTE_WITHOUT_WAYPOINT(3003, ERROR, "route-without-waypoint"),
  L7_ON_TCP_PORT(3004, ERROR, "l7-on-tcp-port"),
  OUTSIDE_MESH(3005, WARNING, "outside-mesh"),
  LOWERED_TO_DENY(3006, WARNING, "lowered-to-deny"),
  ROUTE_NOT_OURS(3007, WARNING, "route-not-ours"),
  WAYPOINT_TRAFFIC_TYPE(3008, ERROR, "waypoint-traffic-type"),
  CLASS_NOT_OURS(3009, ERROR, "class-not-ours"),
  ON_TRIAL(3010, NOTE, "on-trial"),
  DRY_RUN_WITHOUT_EFFECT(3011, ERROR, "dry-run-without-effect"),
  SIDECAR_WORKLOADS(3012, WARNING, "sidecar-workloads"),
  PARTLY_OUTSIDE(3013, WARNING, "partly-outside"),
  CANARY_WITHOUT_POLICY(3014, ERROR, "canary-without-policy"),

  UNSUPPORTED_CONDITION(4001, ERROR, "unsupported-condition"),

  SIGNING_FAILED(5001, ERROR, "signing-failed"),

  DENY_NEVER_MATCHES(6001, ERROR, "deny-never-matches"),
  ALLOW_NEVER_MATCHES(6002, WARNING, "allow-never-matches"),
  REDUNDANT_RULE(6003, WARNING, "redundant-rule"),
  ALLOW_OVERRULED(6004, WARNING, "allow-overruled"),
  PORT_CLOSED(6005, WARNING, "port-closed"),
  ONLY_MONITORING_ADMITTED(6006, WARNING, "only-monitoring-admitted"),
  MESH_WIDE_ALLOW(6007, WARNING, "mesh-wide-allow"),
  ENTRY_REFUSED(6008, WARNING, "entry-refused"),
  UPSTREAM_CUTS_WAYPOINT(6010, NOTE, "upstream-cuts-waypoint"),
  SCRAPE_REFUSED(6011, WARNING, "scrape-refused"),
  PROBE_RULE_UNNEEDED(6012, NOTE, "probe-rule-unneeded"),
  PLAINTEXT_EVADES_DENY(6013, WARNING, "plaintext-evades-deny");

  private final String id;
  private final Severity severity;
  private final String slug;

  Code(int number, Severity severity, String slug) {
    this.id = "SLU" + number;
    this.severity = severity;
    this.slug = slug;
  }

  /// The stable code, for example `SLU1103`.
  public String id() {
    return id;
  }

  public Severity severity() {
    return severity;
  }

  /// Whether the finding says that a verdict is unknown because topology is missing.
  public boolean isUnknownVerdict() {
    return this == PLACEMENT_UNKNOWN || this == TARGET_UNKNOWN || this == TOPOLOGY_INCOMPLETE;
  }

  /// A readable name, for example `unknown-field`.
  public String slug() {
    return slug;
  }

  /// Where the list of all findings explains this code.
  public String docs() {
    return "FINDINGS.md#" + id.toLowerCase(java.util.Locale.ROOT);
  }
}
