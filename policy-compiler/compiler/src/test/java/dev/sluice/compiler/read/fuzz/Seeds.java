package dev.sluice.compiler.read.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The files that mutations start from: hard cases, and examples of every kind.
public final class Seeds {

  private Seeds() {}

  /// All of them, always in the same order.
  public static List<byte[]> files() {
    Path root = Path.of(System.getProperty("sluice.root", "../.."));
    List<byte[]> files = new ArrayList<>();
    for (String folder :
        List.of(
            "policy-compiler/compiler/src/test/resources/dev/sluice/compiler/read/fuzz",
            "schemas/examples",
            "examples/shop")) {
      try (Stream<Path> paths = Files.walk(root.resolve(folder))) {
        for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
          files.add(Files.readAllBytes(path));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return files;
  }
}
