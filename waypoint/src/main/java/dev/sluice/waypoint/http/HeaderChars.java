package dev.sluice.waypoint.http;

/// Which characters may stand in the parts of a message head. Source: RFC 9110 §5.6.2, RFC 3986
/// §3.2.
final class HeaderChars {

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
  private static final String AUTHORITY_MARKS = ".-_~%:[]!$&'()*+;=";

  private HeaderChars() {}

  static boolean isTokenChar(int c) {
    return isAlphanumeric(c) || TOKEN_MARKS.indexOf(c) >= 0;
  }

  static boolean isToken(CharSequence text) {
    return !text.isEmpty() && text.chars().allMatch(HeaderChars::isTokenChar);
  }

  /// Printable ASCII, space and tab: other bytes cannot be compared safely with policy texts.
  static boolean isValueChar(int c) {
    return (c >= ' ' && c < 0x7f) || c == '\t';
  }

  static boolean isValue(CharSequence text) {
    return text.chars().allMatch(HeaderChars::isValueChar);
  }

  static boolean isTargetChar(int c) {
    return c > ' ' && c < 0x7f;
  }

  /// `host` or `host:port` without user information.
  static boolean isAuthority(CharSequence text) {
    return !text.isEmpty()
        && text.chars().allMatch(c -> isAlphanumeric(c) || AUTHORITY_MARKS.indexOf(c) >= 0);
  }

  static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
