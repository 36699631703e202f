package dev.sluice.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// Whatever happens to the files of a good bundle: it is refused, or it still says the same.
class BundleMutationTest {
  private static final Lab LAB = Lab.create();
  private static Path folder = Path.of("unset");

  @BeforeContainer
  static void create_a_folder() throws IOException {
    folder = Files.createTempDirectory("bundle-mutations");
  }

  @AfterContainer
  static void delete_the_folder() throws IOException {
    DurableFiles.delete(folder);
  }

  /// What happens to a range of bytes.
  enum Damage {
    FLIP,
    DROP,
    DUPLICATE,
    ZERO
  }

  private static Map<String, byte[]> files(Path bundle) throws IOException {
    var files = new TreeMap<String, byte[]>();
    try (Stream<Path> all = Files.walk(bundle)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(bundle.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static byte[] damaged(byte[] bytes, Damage damage, int from, int length) {
    int start = bytes.length == 0 ? 0 : from % bytes.length;
    int end = Math.min(bytes.length, start + length);
    var out = new ByteArrayOutputStream();
    out.write(bytes, 0, start);
    for (int i = start; i < end; i++) {
      switch (damage) {
        case FLIP -> out.write(bytes[i] ^ (1 << (from % 8)));
        case ZERO -> out.write(0);
        case DUPLICATE -> out.write(bytes[i]);
        case DROP -> {}
      }
    }
    if (damage == Damage.DUPLICATE) {
      out.write(bytes, start, end - start);
    }
    out.write(bytes, end, bytes.length - end);
    return out.toByteArray();
  }

  @Property(tries = 600)
  void a_damaged_file_is_refused_or_changes_nothing(
      @ForAll @IntRange(max = 100) int which,
      @ForAll Damage damage,
      @ForAll @IntRange(max = 5000) int from,
      @ForAll @IntRange(min = 1, max = 64) int length)
      throws IOException {
    Path bundle = LAB.draft().freshness(statement -> statement).write(folder);
    Map<String, byte[]> files = files(bundle);
    String name = files.keySet().stream().skip(which % files.size()).findFirst().orElseThrow();
    Files.write(
        bundle.resolve(name), damaged(files.getOrDefault(name, new byte[0]), damage, from, length));

    assertRefusedOrSame(bundle);
    DurableFiles.delete(bundle);
  }

  @Property(tries = 100)
  void a_missing_or_misplaced_file_is_refused_or_changes_nothing(
      @ForAll @IntRange(max = 100) int which, @ForAll @IntRange(max = 100) int with)
      throws IOException {
    Path bundle = LAB.draft().freshness(statement -> statement).write(folder);
    var names = files(bundle).keySet().stream().toList();
    Path one = bundle.resolve(names.get(which % names.size()));
    Path two = bundle.resolve(names.get(with % names.size()));
    byte[] bytes = Files.readAllBytes(two);
    Files.delete(one);
    assertRefusedOrSame(bundle);
    Files.write(one, bytes);
    assertRefusedOrSame(bundle);
    DurableFiles.delete(bundle);
  }

  private static void assertRefusedOrSame(Path bundle) {
    Draft original = LAB.draft();
    switch (BundleVerifier.open(bundle, LAB.root(), Lab.expectation())) {
      case BundleVerifier.Opened.Refused(var rejection) ->
          assertThat(rejection.detail()).isNotBlank();
      case BundleVerifier.Opened.Verified(var same) -> {
        assertThat(same.manifest()).isEqualTo(original.manifest());
        assertThat(same.shards().values()).containsExactlyInAnyOrderElementsOf(Lab.shards());
      }
    }
  }

  @Property(tries = 1000)
  void a_damaged_envelope_or_root_never_opens_as_something_else(
      @ForAll Damage damage,
      @ForAll @IntRange(max = 3000) int from,
      @ForAll @IntRange(min = 1, max = 64) int length) {
    TrustRoot root = LAB.root();
    byte[] bytes = damaged(root.envelope().toArray(), damage, from, length);

    switch (TrustRoot.open(bytes, Lab.NOW)) {
      case TrustRoot.Opened.Refused(var rejection) -> assertThat(rejection.detail()).isNotBlank();
      case TrustRoot.Opened.Trusted(var same) -> assertThat(same.roles()).isEqualTo(root.roles());
    }
  }
}
