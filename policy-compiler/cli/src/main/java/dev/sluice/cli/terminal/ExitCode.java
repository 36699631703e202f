package dev.sluice.cli.terminal;

/// What a command tells its caller: the same in every output format.
public enum ExitCode {
  /// Nothing to object to.
  CLEAN(0, "nothing to object to"),
  /// Findings at or above `--fail-on`.
  FINDINGS(1, "findings at or above --fail-on"),
  /// The command line, the settings or the place to write to are wrong.
  USAGE(2, "usage or configuration error"),
  /// An input cannot be read, or nothing was evaluated.
  NOTHING_EVALUATED(3, "input unreadable, or nothing was evaluated"),
  /// A defect of Sluice, a failing disk, or a question it could not decide.
  INTERNAL(4, "internal error or undecidable"),
  /// A signature or a trust root does not hold.
  NOT_TRUSTED(5, "signature or trust failure");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /// The number the process exits with, 0 to 5.
  public int code() {
    return code;
  }

  /// What it means, in a few words.
  public String meaning() {
    return meaning;
  }
}
