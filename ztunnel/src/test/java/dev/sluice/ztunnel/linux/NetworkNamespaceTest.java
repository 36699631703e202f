package dev.sluice.ztunnel.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What needs no privilege; visits of other namespaces are tested on the node bed of `ci/verify`.
class NetworkNamespaceTest {

  @TempDir Path dir;

  private static NetworkNamespace own() {
    return switch (NetworkNamespace.ofOwn()) {
      case NetworkNamespace.Opened.Open(var namespace) -> namespace;
      case NetworkNamespace.Opened.Failed(var failure) -> throw new AssertionError(failure);
    };
  }

  private static SystemFailure failure(NetworkNamespace.Opened opened) {
    return switch (opened) {
      case NetworkNamespace.Opened.Open(var namespace) -> throw new AssertionError(namespace);
      case NetworkNamespace.Opened.Failed(var failure) -> failure;
    };
  }

  @Test
  void a_path_that_is_not_there_is_said_to_be_gone() {
    var failure = failure(NetworkNamespace.ofPath(dir.resolve("gone")));

    assertThat(failure.errno()).isEqualTo(Errno.ENOENT);
    assertThat(failure.message())
        .startsWith("open `" + dir.resolve("gone"))
        .endsWith("failed: ENOENT (no such file or directory)");
    assertThat(failure.help()).contains("/run/netns");
  }

  @Test
  void neither_a_file_nor_another_kind_of_namespace_is_a_network_namespace() throws IOException {
    var file = failure(NetworkNamespace.ofPath(Files.writeString(dir.resolve("file"), "")));
    var mounts = failure(NetworkNamespace.ofPath(Path.of("/proc/self/ns/mnt")));

    assertThat(file.errno()).isEqualTo(Errno.ENOTTY);
    assertThat(mounts.errno()).isEqualTo(Errno.EINVAL);
    assertThat(mounts.help()).contains("not an open network namespace");
  }

  @Test
  void two_descriptors_of_one_namespace_have_one_identity() {
    try (var first = own();
        var second = own()) {
      assertThat(first.identity()).isEqualTo(second.identity());
      assertThat(first.descriptor()).isNotEqualTo(second.descriptor());
      assertThat(first.identity().inode()).isPositive();
    }
  }

  @Test
  void a_duplicate_outlives_what_it_was_made_from() {
    var first = own();
    var opened = NetworkNamespace.ofSameAs(first.descriptor());
    first.close();

    assertThat(opened)
        .isInstanceOfSatisfying(
            NetworkNamespace.Opened.Open.class,
            open -> {
              assertThat(open.namespace().identity()).isEqualTo(first.identity());
              assertThat(descriptorIsOpen(open.namespace().descriptor())).isTrue();
              open.namespace().close();
            });
  }

  @Test
  void a_closed_namespace_is_not_visited_and_its_descriptor_is_given_back() {
    var namespace = own();
    int descriptor = namespace.descriptor();
    namespace.close();
    namespace.close();

    assertThat(descriptorIsOpen(descriptor)).isFalse();
    assertThat(namespace.visit(() -> "there")).isInstanceOf(NetworkNamespace.Visit.Failed.class);
    assertThatThrownBy(namespace::descriptor).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_namespace_closed_during_a_visit_stays_open_until_its_end() {
    var namespace = own();
    int descriptor = namespace.descriptor();
    var visit =
        namespace.visit(() -> {
          namespace.close();
          return descriptorIsOpen(descriptor);
        });

    // Without privileges nothing is visited, and the failure says what is missing.
    switch (visit) {
      case NetworkNamespace.Visit.Done(var wasOpen) -> assertThat(wasOpen).isTrue();
      case NetworkNamespace.Visit.Failed(var failure) ->
          assertThat(failure.help()).contains("CAP_SYS_ADMIN");
    }
    namespace.close();
    assertThat(descriptorIsOpen(descriptor)).isFalse();
  }

  private static boolean descriptorIsOpen(int descriptor) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
          .toString()
          .startsWith("net:");
    } catch (IOException closed) {
      return false;
    }
  }
}
