package dev.sluice.schemas;

import java.io.InputStream;

/// One constant per JSON Schema (draft 2020-12) that Sluice ships: the policy kinds it reads, its
/// own input files, and the machine-readable output of its commands and proxies.
public enum Schemas {
  /// Istio `AuthorizationPolicy`, `security.istio.io` v1 and v1beta1.
  AUTHORIZATION_POLICY("authorization-policy"),
  /// Istio `PeerAuthentication`, `security.istio.io` v1 and v1beta1.
  PEER_AUTHENTICATION("peer-authentication"),
  /// Istio `RequestAuthentication`, `security.istio.io` v1 and v1beta1.
  REQUEST_AUTHENTICATION("request-authentication"),
  /// Gateway API `HTTPRoute`, v1 and v1beta1, standard and experimental channel.
  HTTP_ROUTE("http-route"),
  /// The mesh settings in `sluice.yaml`.
  MESH_SETTINGS("mesh-settings"),
  /// Rules of the API server beyond the shape of a kind, see {@link ApiRules}.
  API_RULES("api-rules"),
  /// The file a proxy without a control plane learns the mesh from.
  STATIC_MESH("static-mesh"),
  /// Policy tests: requests and what is expected to become of them.
  POLICY_TEST("policy-test"),
  /// What `sluice check --output json` prints.
  CHECK_OUTPUT("check-output"),
  /// What `sluice plan --output json` prints.
  PLAN_OUTPUT("plan-output"),
  /// What `sluice test --output json` prints.
  TEST_OUTPUT("test-output"),
  /// What `sluice explain --output json` prints.
  EXPLAIN_OUTPUT("explain-output"),
  /// What `sluice diff --output json` prints.
  DIFF_OUTPUT("diff-output"),
  /// What `sluice access --output json` prints.
  ACCESS_OUTPUT("access-output"),
  /// What `sluice replay --output json` prints.
  REPLAY_OUTPUT("replay-output"),
  /// What `sluice suggest --output json` prints.
  SUGGEST_OUTPUT("suggest-output"),
  /// What `sluice build --output json` prints.
  BUILD_OUTPUT("build-output"),
  /// What `sluice keys init` and `sluice keys show` print with `--output json`.
  KEYS_OUTPUT("keys-output"),
  /// What the commands print with `--output json` that change a trust root.
  ROOT_OUTPUT("root-output"),
  /// What `sluice bundle` prints with `--output json`.
  BUNDLE_OUTPUT("bundle-output"),
  /// What `sluice verify --output json` prints.
  VERIFY_OUTPUT("verify-output"),
  /// What `sluice inspect --output json` prints.
  INSPECT_OUTPUT("inspect-output"),
  /// The findings that `sluice check --baseline` accepts.
  BASELINE("baseline"),
  /// What `sluice why --output json` prints.
  WHY_OUTPUT("why-output"),
  /// What `sluice snapshot --out FILE --output json` prints.
  SNAPSHOT_OUTPUT("snapshot-output"),
  /// What a capture of a cluster says about itself: the object of kind `Snapshot` in its file.
  SNAPSHOT("snapshot"),
  /// What a proxy answers on `/config_dump`.
  PROXY_STATUS("proxy-status");

  private static final String SUFFIX = ".schema.json";

  private final String stem;

  Schemas(String stem) {
    this.stem = stem;
  }

  /// The file name beside this class, such as `http-route.schema.json`.
  public String fileName() {
    return stem + SUFFIX;
  }

  /// The schema's `$id`, an absolute URI that is never fetched.
  public String id() {
    return "https://sluice.dev/schemas/" + fileName();
  }

  /// Opens the schema's UTF-8 text; the caller closes it.
  ///
  /// @throws IllegalStateException if the resource is missing, which is a packaging fault
  public InputStream open() {
    InputStream stream = Schemas.class.getResourceAsStream(fileName());
    if (stream == null) {
      throw new IllegalStateException("the schema `" + fileName() + "` is not on the class path");
    }
    return stream;
  }
}
