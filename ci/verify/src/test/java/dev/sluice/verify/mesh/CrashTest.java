package dev.sluice.verify.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The servers' ztunnel as a process of its own that is killed while it activates a bundle.
@Timeout(180)
class CrashTest {

  private static final int ROUNDS = 6;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /// Longer than the loader's interval, so that kills fall before, into and after the activation.
  private static final int MOST_MILLIS_AFTER_PUBLISHING = 160;

  private static final int MOST_MILLIS_AFTER_FIRST_WRITE = 20;
  private static final int KILLED = 128 + 9;

  @TempDir Path dir;

  private final List<Process> processes = new ArrayList<>();
  private WholeMesh mesh;

  @BeforeEach
  void lay() throws IOException {
    mesh = WholeMesh.start(dir, only(Pod.WEB), List.of("n1"));
  }

  @AfterEach
  void clear() throws InterruptedException {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
    mesh.close();
  }

  @Test
  void a_ztunnel_killed_while_it_activates_starts_again_on_one_whole_bundle() throws Exception {
    var allowed = new HashMap<Long, Pod>();
    long last = mesh.sequence("n1");
    allowed.put(last, Pod.WEB);
    Process ztunnel = startReady();
    awaitLoaded(last);
    for (int round = 1; round <= ROUNDS; round++) {
      Pod next = round % 2 == 0 ? Pod.WEB : Pod.OTHER;
      Path bundle = build(next);
      Set<Path> before = persisted();
      mesh.bundles().switchTo(bundle);
      String moment = round % 2 == 0 ? waitForWriting(ztunnel, before) : waitBlindly(ztunnel);
      kill(ztunnel);
      long newest = sequenceAfter(last);
      allowed.put(newest, next);

      mesh.bundles().switchTo(Bundles.tampered(build(next)));
      ztunnel = startReady();
      assertThat(attempt().path("reason").asText()).as(moment).isEqualTo("digest_mismatch");
      long recovered = mesh.sequence("n2");
      assertThat(recovered).as(moment).isIn(last, newest);
      assertThat(reaching()).as(moment).containsExactly(allowed.get(recovered));

      mesh.bundles().switchTo(bundle);
      awaitLoaded(newest);
      assertThat(reaching()).as(moment).containsExactly(next);
      last = newest;
    }
  }

  @Test
  void with_a_damaged_state_directory_it_is_not_ready_and_lets_nobody_in() throws Exception {
    Process ztunnel = startReady();
    awaitLoaded(mesh.sequence("n1"));
    assertThat(reaching()).containsExactly(Pod.WEB);
    kill(ztunnel);
    damageState();
    mesh.bundles().switchTo(Bundles.tampered(build(Pod.WEB)));

    start();
    await().atMost(PATIENCE).until(this::isListening);
    assertRefusesAll();

    // An old bundle could be played back to a ztunnel that lost its high-water mark.
    String at = attempt().path("at").asText();
    mesh.bundles().switchTo(build(Pod.WEB));
    await().atMost(PATIENCE).until(() -> !attempt().path("at").asText().equals(at));
    assertRefusesAll();
  }

  private void assertRefusesAll() throws IOException {
    assertThat(attempt().path("reason").asText()).isEqualTo("state_damaged");
    assertThat(mesh.dump("n2").path("bundle").isNull()).isTrue();
    assertThat(mesh.get("n2", "readiness", "/healthz/ready")).isEqualTo(500);
    assertThat(reaching()).isEmpty();
  }

  private static String only(Pod client) {
    return """
    apiVersion: security.istio.io/v1
    kind: AuthorizationPolicy
    metadata: {name: ledger, namespace: pay}
    spec:
      selector: {matchLabels: {app: ledger}}
      rules:
      - from: [{source: {principals: [cluster.local/ns/%s/sa/%s]}}]
    """
        .formatted(client.namespace(), client.account());
  }

  private Path build(Pod client) throws IOException {
    return mesh.bundles().build(only(client), Bundles.Terms.current());
  }

  /// The clients whose requests the ledger answers.
  private Set<Pod> reaching() throws IOException {
    var reaching = EnumSet.noneOf(Pod.class);
    for (Pod client : Pod.CLIENTS) {
      if (mesh.ask(client, Pod.LEDGER, "GET", "/", Map.of()) == 200) {
        reaching.add(client);
      }
    }
    return reaching;
  }

  private Process start() throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("sluice.root")));
    Path program = root.resolve("ztunnel/target/sluice-ztunnel.jar");
    assertThat(program).as("the packaged ztunnel").exists();
    Map<String, String> environment = mesh.environment("n2");
    Files.deleteIfExists(Path.of(environment.get("SLUICE_PORTS_FILE")));
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-jar",
            program.toString());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(output().toFile());
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private Process startReady() throws IOException {
    Process process = start();
    await()
        .atMost(PATIENCE)
        .until(() -> !process.isAlive() || mesh.get("n2", "readiness", "/healthz/ready") == 200);
    assertThat(process.isAlive()).as(Files.readString(output())).isTrue();
    return process;
  }

  private Path output() {
    return dir.resolve("n2.log");
  }

  private boolean isListening() {
    return mesh.get("n2", "admin", "/config_dump") == 200
        && !mesh.dump("n2").path("listeners").path("hbone").isEmpty();
  }

  private static String waitBlindly(Process ztunnel) throws InterruptedException {
    int millis = ThreadLocalRandom.current().nextInt(MOST_MILLIS_AFTER_PUBLISHING);
    assertThat(ztunnel.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
    return "killed " + millis + " ms after publishing";
  }

  /// Waits until the state directory changes and a little longer.
  private String waitForWriting(Process ztunnel, Set<Path> before) throws InterruptedException {
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> !persisted().equals(before));
    int millis = ThreadLocalRandom.current().nextInt(MOST_MILLIS_AFTER_FIRST_WRITE);
    assertThat(ztunnel.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
    return "killed " + millis + " ms after the first write";
  }

  private static void kill(Process process) throws InterruptedException {
    assertThat(process.destroyForcibly().waitFor()).isEqualTo(KILLED);
  }

  private Path state() throws IOException {
    return Path.of(mesh.environment("n2").get("SLUICE_STATE_DIR"));
  }

  private Set<Path> persisted() throws IOException {
    try (Stream<Path> bundles = Files.list(state().resolve("bundles"))) {
      return bundles.collect(Collectors.toSet());
    }
  }

  /// Cuts every file in the middle.
  private void damageState() throws IOException {
    try (Stream<Path> files = Files.walk(state())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      }
    }
  }

  private JsonNode attempt() {
    return mesh.dump("n2").path("lastAttempt");
  }

  /// Waits for the bundle that follows to be taken by the ztunnel that is not killed.
  private long sequenceAfter(long last) {
    return await().atMost(PATIENCE).until(() -> mesh.sequence("n1"), sequence -> sequence > last);
  }

  // An attempt is reported when its bundle is on disk; it is enforced a little earlier.
  private void awaitLoaded(long sequence) {
    await()
        .atMost(PATIENCE)
        .until(() ->
            attempt().path("sequence").asLong(-1) == sequence && attempt().path("reason").isNull());
    assertThat(mesh.sequence("n2")).isEqualTo(sequence);
  }
}
