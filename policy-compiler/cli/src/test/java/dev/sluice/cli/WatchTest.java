package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cli.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WatchTest {

  @TempDir Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final CompletableFuture<Integer> ended = new CompletableFuture<>();

  private Thread watch() {
    var printed = new PrintWriter(out, true, UTF_8);
    var terminal =
        new Terminal(
            InputStream.nullInputStream(),
            printed,
            printed,
            Set.of(),
            Map.of(),
            InstantSource.system());
    return Thread.ofPlatform()
        .daemon()
        .start(() -> ended.complete(Sluice.run(terminal, "check", folder.toString(), "--watch")));
  }

  private long reports() {
    return out.toString(UTF_8).lines().filter(line -> line.endsWith(" suppressed")).count();
  }

  private void awaitReports(int count) {
    await().atMost(Duration.ofSeconds(30)).until(() -> reports() >= count);
  }

  @Test
  void every_change_is_checked_until_the_watch_is_interrupted() throws Exception {
    Path policy = folder.resolve("policy.yaml");
    Files.writeString(folder.resolve("mesh.yaml"), Trees.WORKLOAD);
    Files.writeString(policy, Trees.SOUND);
    Thread watching = watch();
    try {
      awaitReports(1);
      assertThat(out.toString(UTF_8)).contains("0 errors");

      Files.writeString(policy, Trees.MISSPELT);
      awaitReports(2);
      assertThat(out.toString(UTF_8)).contains("SLU1103");

      Files.createDirectory(folder.resolve("more"));
      awaitReports(3);
      Files.writeString(
          folder.resolve("more/policy.yaml"), Trees.MISSPELT.replace("name: a", "name: b"));
      awaitReports(4);
      assertThat(out.toString(UTF_8)).contains("more/policy.yaml");
    } finally {
      watching.interrupt();
    }
    assertThat(ended.get(20, TimeUnit.SECONDS)).isEqualTo(1);
  }
}
