package dev.sluice.ztunnel.linux;

/// File descriptors that came from elsewhere as bare numbers.
public final class Descriptors {

  private Descriptors() {}

  /// Closes a descriptor that this process owns.
  ///
  /// Linux frees the number whatever it answers, so there is nothing to try again; only a number
  /// that was not open is an error, and ours.
  ///
  /// @throws IllegalStateException when it was not open
  public static void close(int descriptor) {
    if (Errno.of(-Math.min(Libc.close(descriptor), 0)) == Errno.EBADF) {
      throw new IllegalStateException("descriptor " + descriptor + " is not open");
    }
  }
}
