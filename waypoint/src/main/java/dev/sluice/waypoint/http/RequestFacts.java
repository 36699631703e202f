package dev.sluice.waypoint.http;

/// The parts of an acceptable request that decisions look at, as sent.
///
/// `target` is in origin form (or `*`); `authority` has neither user information nor white space.
public record RequestFacts(String method, String authority, String target) {

  /// The authority as conditions compare it: without the root label's trailing dot.
  public String comparedAuthority() {
    int colon = authority.endsWith("]") ? -1 : authority.lastIndexOf(':');
    String host = colon < 0 ? authority : authority.substring(0, colon);
    String port = colon < 0 ? "" : authority.substring(colon);
    return (host.length() > 1 && host.endsWith(".") ? host.substring(0, host.length() - 1) : host)
        + port;
  }
}
