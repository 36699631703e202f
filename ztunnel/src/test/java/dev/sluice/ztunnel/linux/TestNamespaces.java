package dev.sluice.ztunnel.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Network namespaces for tests without privileges: all of them are the test's own in truth.
public final class TestNamespaces {

  private TestNamespaces() {}

  /// An open descriptor of the own namespace.
  public static NetworkNamespace own() {
    return switch (NetworkNamespace.ofOwn()) {
      case NetworkNamespace.Opened.Open(var namespace) -> namespace;
      case NetworkNamespace.Opened.Failed(var failure) -> throw new AssertionError(failure);
    };
  }

  /// One that says it is the namespace with this inode.
  public static NetworkNamespace withInode(long inode) {
    int descriptor = Libc.open("/proc/self/ns/net");
    return new NetworkNamespace(descriptor, new NetworkNamespace.Identity(4, inode));
  }

  /// An open descriptor of something that is no namespace.
  public static int noNamespace() {
    return Libc.open("/dev/null");
  }

  /// How many descriptors of network namespaces this process holds.
  public static long held() {
    try (var entries = Files.list(Path.of("/proc/self/fd"))) {
      List<Path> all = new ArrayList<>(entries.toList());
      return all.stream().filter(TestNamespaces::isNetwork).count();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static boolean isNetwork(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith("net:[");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }
}
