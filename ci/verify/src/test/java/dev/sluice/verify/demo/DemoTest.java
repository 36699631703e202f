package dev.sluice.verify.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("sluice.root")));
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end_what_is_left() {
    started.forEach(Process::destroyForcibly);
  }

  private Process demo(String... options) throws IOException {
    Files.createDirectories(temporary());
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dsluice.home=" + ROOT,
                "-Djava.io.tmpdir=" + temporary(),
                "-jar",
                ROOT.resolve("policy-compiler/cli/target/sluice-cli.jar").toString(),
                "demo"));
    command.addAll(List.of(options));
    var process =
        new ProcessBuilder(command)
            .redirectOutput(out().toFile())
            .redirectError(err().toFile())
            .start();
    started.add(process);
    return process;
  }

  private Path temporary() {
    return folder.resolve("tmp");
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Path err() {
    return folder.resolve("err");
  }

  private List<Path> leftovers() throws IOException {
    try (Stream<Path> entries = Files.list(temporary())) {
      return entries.toList();
    }
  }

  @Test
  void everything_the_demo_observes_is_as_expected() throws IOException, InterruptedException {
    Process demo = demo("--json");

    assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

    String told = Files.readString(out()) + Files.readString(err());
    assertThat(demo.exitValue()).as(told).isZero();
    JsonNode report = new ObjectMapper().readTree(out().toFile());
    assertThat(report.path("asExpected").asBoolean()).isTrue();
    assertThat(report.path("observations")).hasSizeGreaterThan(30);
    assertThat(report.path("observations"))
        .allSatisfy(each -> assertThat(each.path("asExpected").asBoolean()).isTrue());
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void an_interrupted_demo_leaves_no_process_and_no_file()
      throws IOException, InterruptedException {
    Process demo = demo("--keep");
    await()
        .atMost(PATIENCE)
        .until(() -> !demo.isAlive() || Files.readString(err()).contains("Ctrl-C ends it"));
    assertThat(demo.isAlive()).as(Files.readString(err())).isTrue();
    List<ProcessHandle> proxies = demo.descendants().toList();
    assertThat(proxies).hasSize(3);
    assertThat(leftovers()).isNotEmpty();

    demo.destroy();

    assertThat(demo.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    await().atMost(PATIENCE).until(() -> proxies.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(leftovers()).isEmpty();
  }
}
