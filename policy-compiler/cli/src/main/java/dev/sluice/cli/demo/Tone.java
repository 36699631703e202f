package dev.sluice.cli.demo;

/// How a piece of text is meant; shown as colour where there is any.
enum Tone {
  PLAIN(""),
  STRONG("1"),
  FAINT("2"),
  GOOD("32"),
  BAD("31"),
  NOTE("33");

  private final String code;

  Tone(String code) {
    this.code = code;
  }

  /// The SGR parameter of ECMA-48; empty for none.
  String code() {
    return code;
  }
}
