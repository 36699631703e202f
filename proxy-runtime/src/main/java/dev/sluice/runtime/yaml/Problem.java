package dev.sluice.runtime.yaml;

/// A reason why a file cannot be used: line (from 1), field and what is wrong there.
public record Problem(int line, String field, String message) {

  /// The problem with its place, `file:line: field: message`.
  public String at(String file) {
    return file + ":" + line + ": " + (field.isEmpty() ? "" : "`" + field + "`: ") + message;
  }
}
