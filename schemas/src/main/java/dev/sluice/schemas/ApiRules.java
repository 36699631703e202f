package dev.sluice.schemas;

import java.io.InputStream;

/// One constant per file of rules that the API server enforces about a policy kind beyond its
/// shape.
///
/// The format is that of {@link Schemas#API_RULES}.
public enum ApiRules {
  /// Istio `AuthorizationPolicy`.
  AUTHORIZATION_POLICY("authorization-policy"),
  /// Istio `PeerAuthentication`.
  PEER_AUTHENTICATION("peer-authentication"),
  /// Istio `RequestAuthentication`.
  REQUEST_AUTHENTICATION("request-authentication"),
  /// Gateway API `HTTPRoute`, both channels.
  HTTP_ROUTE("http-route");

  private final String stem;

  ApiRules(String stem) {
    this.stem = stem;
  }

  /// The file's place on the class path.
  public String fileName() {
    return "/dev/sluice/rules/" + stem + ".rules.json";
  }

  /// Opens the file's UTF-8 text; the caller closes it.
  ///
  /// @throws IllegalStateException if the resource is missing, which is a packaging fault
  public InputStream open() {
    InputStream stream = ApiRules.class.getResourceAsStream(fileName());
    if (stream == null) {
      throw new IllegalStateException("`" + fileName() + "` is not on the class path");
    }
    return stream;
  }
}
