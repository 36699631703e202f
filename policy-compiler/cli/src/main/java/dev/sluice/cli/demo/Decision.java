package dev.sluice.cli.demo;

import java.util.Locale;

/// What became of an attempt.
enum Decision {
  ALLOW,
  DENY,
  REJECT,
  UNCLEAR;

  /// The word in tables and JSON.
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// What an HTTP status says.
  static Decision ofStatus(int status) {
    return switch (status) {
      case 401 -> REJECT;
      case 403 -> DENY;
      default -> status >= 200 && status < 300 ? ALLOW : UNCLEAR;
    };
  }
}
