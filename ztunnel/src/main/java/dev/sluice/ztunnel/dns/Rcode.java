package dev.sluice.ztunnel.dns;

/// The codes that end a query. Source: RFC 1035 §4.1.1, RFC 6891 §9.
final class Rcode {

  static final int NO_ERROR = 0;
  static final int FORMAT_ERROR = 1;
  static final int SERVER_FAILURE = 2;
  static final int NAME_ERROR = 3;
  static final int NOT_IMPLEMENTED = 4;
  static final int REFUSED = 5;

  /// Its upper bits are said by the extensions.
  static final int BAD_VERSION = 16;

  private Rcode() {}
}
