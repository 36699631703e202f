package dev.sluice.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindJdkTest {
  @TempDir Path folder;

  @Test
  void a_newer_java_home_is_taken() throws Exception {
    Path jdk = fakeJdk("jdk-26", "26.0.1");
    assertThat(found(jdk)).isEqualTo(jdk.toString());
  }

  @Test
  void the_wanted_version_is_new_enough() throws Exception {
    Path jdk = fakeJdk("jdk-25", "25");
    assertThat(found(jdk)).isEqualTo(jdk.toString());
  }

  @Test
  void an_older_java_home_is_passed_over_for_one_that_can_build() throws Exception {
    Path jdk = fakeJdk("jdk-17", "17.0.15");
    Path taken = Path.of(found(jdk));
    assertThat(taken).isNotEqualTo(jdk);
    assertThat(taken.resolve("bin/javac")).isExecutable();
  }

  @Test
  void a_java_home_without_a_compiler_is_passed_over() throws Exception {
    Path jre = fakeJdk("jre-25", "25.0.3");
    Files.delete(jre.resolve("bin/javac"));
    assertThat(Path.of(found(jre))).isNotEqualTo(jre);
  }

  private Path fakeJdk(String name, String version) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Files.createDirectory(home.resolve("bin"));
    for (String program : new String[] {"java", "javac"}) {
      Path file = Files.createFile(home.resolve("bin").resolve(program));
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static String found(Path javaHome) throws IOException, InterruptedException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("sluice.root")));
    ProcessBuilder command = new ProcessBuilder("sh", root.resolve(".mvn/find-jdk.sh").toString());
    command.environment().put("JAVA_HOME", javaHome.toString());
    // The one this test runs on is found even where it is installed in an unusual place.
    String path = System.getProperty("java.home") + "/bin:" + System.getenv("PATH");
    command.environment().put("PATH", path);
    Process process = command.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
