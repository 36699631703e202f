package dev.sluice.engine.bundle;

/// Caps on everything that is read before it is trusted; sizes in bytes.
final class Limits {
  static final int MANIFEST_ENVELOPE = 256 * 1024;
  static final int ROOT_ENVELOPE = 64 * 1024;
  static final int FRESHNESS_ENVELOPE = 64 * 1024;
  static final int LAYOUT_MARKER = 1024;
  static final int LAYOUT_INDEX = 16 * 1024;
  static final int IMAGE_MANIFEST = 1024 * 1024;
  static final int STATE_FILE = 4 * 1024;
  static final int CONTENT = 64 * 1024 * 1024;
  static final long ALL_CONTENTS = 256L * 1024 * 1024;
  static final int CONTENTS = 1000;
  static final int DIRECTORY_ENTRIES = 4096;
  static final int SIGNATURES = 16;
  static final int KEYS = 16;
  static final int COMPROMISED_KEYS = 64;
  static final int JSON_DEPTH = 12;

  /// The largest integer that every JSON reader keeps exact.
  static final long INTEGER = (1L << 53) - 1;

  private Limits() {}
}
