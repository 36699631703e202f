package dev.sluice.cli.lsp;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Between the editor's addresses and paths.
final class Uris {

  private Uris() {}

  /// The path of a `file:` address; empty for what is not a file, such as an unsaved buffer.
  static Optional<Path> path(String uri) {
    try {
      URI parsed = URI.create(uri);
      return "file".equalsIgnoreCase(parsed.getScheme())
          ? Optional.of(Path.of(parsed).toAbsolutePath().normalize())
          : Optional.empty();
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  static String of(Path path) {
    return path.toAbsolutePath().normalize().toUri().toString();
  }
}
