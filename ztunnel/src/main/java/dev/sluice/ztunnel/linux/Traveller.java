package dev.sluice.ztunnel.linux;

import dev.sluice.ztunnel.linux.NetworkNamespace.Visit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the calling platform thread into a network namespace and back.
///
/// Measured 3 µs for both ways, where handing the work to another thread and waiting for it costs
/// ten times that.
final class Traveller {

  private static final Logger LOG = LoggerFactory.getLogger(Traveller.class);
  private static final int RETURNS = 100;
  private static final int EXIT_LOST = 70;

  private Traveller() {}

  /// Opened by the first visit; every thread of the process begins in this namespace.
  private static final class Home {
    static final int DESCRIPTOR = open();

    private static int open() {
      // The main thread's: the calling thread may be a settled one.
      int fd = Libc.open("/proc/self/ns/net");
      if (fd < 0) {
        throw new IllegalStateException(
            SystemFailure.of("open `/proc/self/ns/net`", fd).toString());
      }
      return fd;
    }
  }

  static <T> Visit<T> visit(int descriptor, Supplier<T> work) {
    int home = Home.DESCRIPTOR;
    int entered = Libc.enterNetwork(descriptor);
    if (entered < 0) {
      return new Visit.Failed<>(SystemFailure.of("setns", entered));
    }
    try {
      return new Visit.Done<>(work.get());
    } finally {
      comeBack(home);
    }
  }

  // The kernel allocates memory to switch, so even the way back can fail. A thread that stayed
  // would make the sockets of every other pod in this one: then the process has to end.
  private static void comeBack(int home) {
    int returned = Libc.enterNetwork(home);
    for (int attempt = 1; returned < 0 && attempt < RETURNS; attempt++) {
      Thread.onSpinWait();
      returned = Libc.enterNetwork(home);
    }
    if (returned < 0) {
      LOG.error("a thread is lost in a pod: {}", SystemFailure.of("setns", returned));
      Runtime.getRuntime().halt(EXIT_LOST);
    }
  }
}
