package dev.sluice.compiler.settings;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.source.Span;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/// Findings that `sluice.yaml` accepts in some files, up to and including a day if one is given.
///
/// Paths are relative to the directory of `sluice.yaml`.
public record PathSuppression(
    List<PathGlob> paths, List<Code> codes, String reason, Optional<LocalDate> until, Span span) {

  public PathSuppression {
    paths = List.copyOf(paths);
    codes = List.copyOf(codes);
  }

  /// Whether the file, named as an input was, is among those meant.
  public boolean covers(String file) {
    Path folder = Path.of(span.file()).toAbsolutePath().normalize().getParent();
    Path whole = Path.of(file).toAbsolutePath().normalize();
    if (folder == null || !whole.startsWith(folder)) {
      return false;
    }
    String relative = folder.relativize(whole).toString().replace('\\', '/');
    return paths.stream().anyMatch(glob -> glob.matches(relative));
  }
}
