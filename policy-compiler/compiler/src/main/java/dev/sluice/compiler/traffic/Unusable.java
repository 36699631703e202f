package dev.sluice.compiler.traffic;

/// Why a line of a log is no evidence; every such line is counted.
public enum Unusable {
  UNREADABLE("unreadable", "neither JSON nor tab-separated text of a proxy"),
  TOO_LONG("too_long", "longer than 64 KiB"),
  EMPTY("empty", "an empty line"),
  OTHER_SCOPE("other_scope", "not of the access log"),
  OUTBOUND("outbound", "the client's side; the other end has a line of its own"),
  RELAYED("relayed", "a waypoint's connection; its requests have lines of their own"),
  UNDECIDED("undecided", "it ended before anything was decided"),
  FAILED("failed", "it failed for another reason than policy, and no decision is recorded"),
  NO_POLICY("no_policy", "the proxy had no policy to decide by"),
  NO_DESTINATION("no_destination", "the line does not say what was dialled"),
  BAD_IDENTITY("bad_identity", "the client's identity is not that of a workload"),
  UNKNOWN_NAME("unknown_name", "what was dialled is not in the tree");

  private final String code;
  private final String words;

  Unusable(String code, String words) {
    this.code = code;
    this.words = words;
  }

  /// Stable snake_case word.
  public String code() {
    return code;
  }

  /// The same for people.
  public String words() {
    return words;
  }
}
