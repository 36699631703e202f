package dev.sluice.compiler.source;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One file as read: its path as shown to the author, and its exact bytes. Files are equal when
/// both are.
public final class SourceFile {

  private final String path;
  private final byte[] bytes;

  public SourceFile(String path, byte[] bytes) {
    this.path = path;
    this.bytes = bytes.clone();
  }

  public String path() {
    return path;
  }

  /// A copy of the content.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// The length of the content in bytes.
  public int size() {
    return bytes.length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SourceFile file
        && path.equals(file.path)
        && Arrays.equals(bytes, file.bytes);
  }

  /// Of the path and the length alone: equal files are rarely looked for by other means.
  @Override
  public int hashCode() {
    return 31 * path.hashCode() + bytes.length;
  }

  @Override
  public String toString() {
    return "SourceFile[" + path + ", " + bytes.length + " bytes]";
  }
}
