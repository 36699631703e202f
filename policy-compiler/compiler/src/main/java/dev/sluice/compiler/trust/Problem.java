package dev.sluice.compiler.trust;

import java.nio.file.Path;

/// Why keys cannot be used or a bundle cannot be written: the file concerned, what is wrong, and
/// what to do about it.
public record Problem(Path file, String message, String help) {

  @Override
  public String toString() {
    return file + ": " + message;
  }
}
