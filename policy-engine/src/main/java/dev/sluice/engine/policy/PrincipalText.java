package dev.sluice.engine.policy;

import dev.sluice.engine.identity.SpiffeId;

/// Compares a principal, `cluster.local/ns/shop/sa/web`, without building its text: it is on the
/// path of every decision.
final class PrincipalText {

  private static final String NAMESPACE = "/ns/";
  private static final String SERVICE_ACCOUNT = "/sa/";

  private PrincipalText() {}

  static boolean matches(StringMatch match, SpiffeId id) {
    int length =
        id.trustDomain().name().length()
            + NAMESPACE.length()
            + id.namespace().length()
            + SERVICE_ACCOUNT.length()
            + id.serviceAccount().length();
    return switch (match) {
      case StringMatch.Exact(var value) -> value.length() == length && isAt(0, value, id);
      case StringMatch.Prefix(var value) -> value.length() <= length && isAt(0, value, id);
      case StringMatch.Suffix(var value) ->
          value.length() <= length && isAt(length - value.length(), value, id);
      case StringMatch.Present() -> true;
    };
  }

  /// Whether `text`, which is not longer than what is left, stands at `from`.
  private static boolean isAt(int from, String text, SpiffeId id) {
    int start = 0;
    for (int piece = 0; piece < 5; piece++) {
      String part = piece(piece, id);
      int begin = Math.max(start, from);
      int end = Math.min(start + part.length(), from + text.length());
      if (begin < end && !part.regionMatches(begin - start, text, begin - from, end - begin)) {
        return false;
      }
      start += part.length();
    }
    return true;
  }

  private static String piece(int index, SpiffeId id) {
    return switch (index) {
      case 0 -> id.trustDomain().name();
      case 1 -> NAMESPACE;
      case 2 -> id.namespace();
      case 3 -> SERVICE_ACCOUNT;
      default -> id.serviceAccount();
    };
  }
}
