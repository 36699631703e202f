package dev.sluice.engine.bundle;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Bytes that never change, compared by content.
public final class Bytes {
  private final byte[] value;

  private Bytes(byte[] value) {
    this.value = value;
  }

  /// A copy of `value`.
  public static Bytes of(byte[] value) {
    return new Bytes(value.clone());
  }

  /// `value` itself, for callers in this package that give it away.
  static Bytes owned(byte[] value) {
    return new Bytes(value);
  }

  /// How many bytes.
  public int size() {
    return value.length;
  }

  /// A copy.
  public byte[] toArray() {
    return value.clone();
  }

  /// A read-only view.
  public ByteBuffer view() {
    return ByteBuffer.wrap(value).asReadOnlyBuffer();
  }

  /// The SHA-256 digest.
  public Digest digest() {
    return Digest.of(value);
  }

  /// The array itself, for readers in this package that leave it alone.
  byte[] shared() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(value, bytes.value);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(value);
  }

  @Override
  public String toString() {
    return value.length + " bytes";
  }
}
