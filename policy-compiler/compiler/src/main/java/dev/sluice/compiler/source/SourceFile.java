package dev.sluice.compiler.source;

/// One file as read: its path as shown to the author, and its exact bytes.
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
  public String toString() {
    return "SourceFile[" + path + ", " + bytes.length + " bytes]";
  }
}
