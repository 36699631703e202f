package dev.sluice.ztunnel.linux;

/// A system call that failed.
///
/// @param call the call and, where it helps, what it was about: ``setns`` or ``open `/run/x` ``
/// @param number the error number, positive
public record SystemFailure(String call, int number) {

  /// From what the functions of [Libc] return.
  static SystemFailure of(String call, long returned) {
    return new SystemFailure(call, Math.toIntExact(-returned));
  }

  /// The error by name.
  public Errno errno() {
    return Errno.of(number);
  }

  /// What happened, in one sentence.
  public String message() {
    Errno errno = errno();
    String name = errno == Errno.OTHER ? "error " + number : errno.name();
    return call + " failed: " + name + " (" + errno.words() + ")";
  }

  /// What an operator should look at first.
  public String help() {
    return switch (errno()) {
      case EPERM, EACCES ->
          "the proxy needs CAP_SYS_ADMIN to enter network namespaces and CAP_NET_ADMIN to mark"
              + " packets and to keep source addresses; check the container's capabilities and its"
              + " seccomp and AppArmor profiles";
      case ENOENT, ENOTDIR, ELOOP ->
          "the network namespace is gone or was never at this path; is the directory that holds it"
              + " (usually /run/netns or /proc) mounted into the proxy's container";
      case EINVAL, ENOTTY, EBADF -> "what was given is not an open network namespace";
      case EMFILE, ENFILE -> "raise the limit of open files (RLIMIT_NOFILE) of the proxy";
      case ENOMEM, ENOBUFS -> "the kernel is short of memory; check the memory limit of the proxy";
      case EADDRINUSE -> "another process in the pod listens on this port";
      case EAFNOSUPPORT, ENOPROTOOPT -> "the kernel was built or booted without this protocol";
      case EINTR,
          EIO,
          EAGAIN,
          EPIPE,
          EMSGSIZE,
          EADDRNOTAVAIL,
          ECONNRESET,
          ETIMEDOUT,
          ECONNREFUSED,
          EHOSTUNREACH,
          OTHER ->
          "the kernel log may say more";
    };
  }

  /// Message and help in one line, for logs.
  @Override
  public String toString() {
    return message() + "; " + help();
  }
}
