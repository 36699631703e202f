package dev.sluice.ztunnel.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A network namespace held open by a descriptor of this process, which threads may visit.
///
/// A socket stays in the namespace it was made in, so a visit only has to last for as long as
/// making one takes. The descriptor is closed when the last visit after [#close] has ended.
public final class NetworkNamespace implements AutoCloseable {

  /// Which namespace it is: two descriptors of one namespace are equal in this.
  public record Identity(long device, long inode) {}

  /// What became of an attempt to open a namespace.
  public sealed interface Opened {

    /// It is open, and the caller's to close.
    record Open(NetworkNamespace namespace) implements Opened {}

    /// It cannot be opened, or is no network namespace.
    record Failed(SystemFailure failure) implements Opened {}
  }

  /// What became of a visit.
  public sealed interface Visit<T> {

    /// The work was done in the namespace; the thread is back where it was.
    record Done<T>(T result) implements Visit<T> {}

    /// The namespace could not be entered; the work was not done.
    record Failed<T>(SystemFailure failure) implements Visit<T> {}
  }

  private static final int OWNER = 1;

  private final int descriptor;
  private final Identity identity;
  private final AtomicInteger holders = new AtomicInteger(OWNER);
  private final AtomicBoolean closed = new AtomicBoolean();

  NetworkNamespace(int descriptor, Identity identity) {
    this.descriptor = descriptor;
    this.identity = identity;
  }

  /// Opens the namespace at `path`, such as `/run/netns/x` or `/proc/7/ns/net`.
  public static Opened ofPath(Path path) {
    int fd = Libc.open(path.toString());
    return fd < 0
        ? new Opened.Failed(SystemFailure.of("open `" + path + "`", fd))
        : ofDescriptor(fd);
  }

  /// Takes over the descriptor `fd`, which is closed also when this fails.
  public static Opened ofDescriptor(int fd) {
    int kind = Libc.isNetwork(fd);
    if (kind != 1) {
      Libc.close(fd);
      return new Opened.Failed(
          kind < 0
              ? SystemFailure.of("identify a network namespace", kind)
              : new SystemFailure("use another kind of namespace for the network", 22));
    }
    try {
      return new Opened.Open(new NetworkNamespace(fd, identify(fd)));
    } catch (IOException gone) {
      Libc.close(fd);
      return new Opened.Failed(new SystemFailure("stat /proc/self/fd/" + fd, 5));
    }
  }

  /// Opens the namespace that the descriptor `fd` refers to once more; `fd` stays the caller's.
  public static Opened ofSameAs(int fd) {
    return ofPath(descriptorPath(fd));
  }

  /// Opens the namespace this process was started in.
  public static Opened ofOwn() {
    return ofPath(Path.of("/proc/self/ns/net"));
  }

  private static Path descriptorPath(int fd) {
    return Path.of("/proc/self/fd/" + fd);
  }

  private static Identity identify(int fd) throws IOException {
    Path path = descriptorPath(fd);
    return new Identity(
        (Long) Files.getAttribute(path, "unix:dev"), (Long) Files.getAttribute(path, "unix:ino"));
  }

  /// Stays known after [#close].
  public Identity identity() {
    return identity;
  }

  /// The open descriptor, fit for `setns`.
  ///
  /// @throws IllegalStateException after [#close]
  public int descriptor() {
    if (closed.get()) {
      throw new IllegalStateException("the network namespace is closed");
    }
    return descriptor;
  }

  /// Does `work` with the calling thread in this namespace; microseconds around the work.
  ///
  /// The work must be short and must not start threads, which would stay in the namespace. A
  /// virtual thread shares its carrier with others and never goes itself: a platform thread made
  /// for this goes for it and ends.
  public <T> Visit<T> visit(Supplier<T> work) {
    if (!hold()) {
      return new Visit.Failed<>(new SystemFailure("use a closed network namespace", 9));
    }
    try {
      return Thread.currentThread().isVirtual()
          ? visitByProxy(work)
          : Traveller.visit(descriptor, work);
    } finally {
      release();
    }
  }

  private <T> Visit<T> visitByProxy(Supplier<T> work) {
    var settler = new Settler<>(descriptor, work);
    Thread thread = Thread.ofPlatform().name("netns").start(settler);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException later) {
        // The visit is short, and its result may be a socket that somebody has to close.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return settler.outcome();
  }

  private static final class Settler<T> implements Runnable {
    private final int descriptor;
    private final Supplier<T> work;
    private @Nullable Visit<T> visit;
    private @Nullable RuntimeException bug;

    Settler(int descriptor, Supplier<T> work) {
      this.descriptor = descriptor;
      this.work = work;
    }

    @Override
    public void run() {
      int entered = Libc.enterNetwork(descriptor);
      if (entered < 0) {
        visit = new Visit.Failed<>(SystemFailure.of("setns", entered));
        return;
      }
      try {
        visit = new Visit.Done<>(work.get());
      } catch (RuntimeException thrown) {
        bug = thrown;
      }
    }

    Visit<T> outcome() {
      if (bug != null) {
        throw bug;
      }
      if (visit == null) {
        throw new IllegalStateException("the visiting thread died");
      }
      return visit;
    }
  }

  private boolean hold() {
    while (true) {
      int now = holders.get();
      if (now == 0) {
        return false;
      }
      if (holders.compareAndSet(now, now + 1)) {
        return true;
      }
    }
  }

  private void release() {
    if (holders.decrementAndGet() == 0) {
      Libc.close(descriptor);
    }
  }

  /// Closes it once nobody visits it any more; more than once is the same as once.
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release();
    }
  }

  @Override
  public String toString() {
    return "net:[" + identity.inode() + "]";
  }
}
