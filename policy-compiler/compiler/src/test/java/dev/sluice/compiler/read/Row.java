package dev.sluice.compiler.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.compiler.source.SourceFile;
import java.util.List;

/// One row of a table of inputs: a file, and all errors it has as `SLU1005 6:3`; none when it is
/// accepted.
record Row(String what, SourceFile file, List<String> errors) {

  static Row of(String what, String policy, String... errors) {
    return file(what, "policy.yaml", policy.getBytes(UTF_8), errors);
  }

  static Row file(String what, String name, byte[] bytes, String... errors) {
    return new Row(what, new SourceFile(name, bytes), List.of(errors));
  }

  List<String> found() {
    return Reading.errors(file.path(), file.bytes());
  }

  @Override
  public String toString() {
    return what;
  }
}
