package dev.sluice.ztunnel.linux;

/// The error numbers of Linux that the proxy has something to say about.
///
/// Source: asm-generic/errno-base.h and errno.h; the numbers are the same on x86_64 and aarch64.
public enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such file or directory"),
  EINTR(4, "interrupted"),
  EIO(5, "input/output error"),
  EBADF(9, "bad file descriptor"),
  EAGAIN(11, "try again"),
  ENOMEM(12, "out of memory"),
  EACCES(13, "permission denied"),
  ENOTDIR(20, "not a directory"),
  EINVAL(22, "invalid argument"),
  ENFILE(23, "too many open files in the system"),
  EMFILE(24, "too many open files"),
  ENOTTY(25, "not of the expected kind"),
  EPIPE(32, "broken pipe"),
  ELOOP(40, "too many symbolic links"),
  EMSGSIZE(90, "message too long"),
  ENOPROTOOPT(92, "protocol option not available"),
  EAFNOSUPPORT(97, "address family not supported"),
  EADDRINUSE(98, "address already in use"),
  EADDRNOTAVAIL(99, "address not available"),
  ECONNRESET(104, "connection reset by peer"),
  ENOBUFS(105, "no buffer space available"),
  ETIMEDOUT(110, "timed out"),
  ECONNREFUSED(111, "connection refused"),
  EHOSTUNREACH(113, "no route to host"),
  /// Any other number.
  OTHER(0, "unexpected error");

  private final int number;
  private final String words;

  Errno(int number, String words) {
    this.number = number;
    this.words = words;
  }

  /// The error with this number.
  public static Errno of(int number) {
    for (Errno known : values()) {
      if (known.number == number && known != OTHER) {
        return known;
      }
    }
    return OTHER;
  }

  /// What it means, in a few words.
  public String words() {
    return words;
  }
}
