package dev.sluice.bench.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// This project's ztunnel in dedicated mode, as it is packaged.
///
/// @param options options of the Java virtual machine
/// @param extra environment variables on top
record SluiceZtunnel(List<String> options, Map<String, String> extra) implements Proxy {

  private static final int CAPTURE_PORT = 16_001;
  private static final int READY_PORT = 15_021;
  private static final String JAR = "ztunnel/target/sluice-ztunnel.jar";

  /// What a node proxy of this size needs: few threads, little heap, memory given back.
  private static final String USUAL_OPTIONS =
      "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms16m -Xmx256m -Xss512k"
          + " -XX:MaxMetaspaceSize=96m -XX:ReservedCodeCacheSize=48m"
          + " -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20";

  static SluiceZtunnel usual() {
    String options = System.getenv().getOrDefault("SLUICE_JAVA_OPTS", USUAL_OPTIONS);
    return new SluiceZtunnel(List.of(options.strip().split(" +", -1)), Map.of());
  }

  SluiceZtunnel with(Map<String, String> variables) {
    return new SluiceZtunnel(options, variables);
  }

  private static Path jar() {
    return Path.of(System.getenv().getOrDefault("SLUICE_ZTUNNEL_JAR", JAR)).toAbsolutePath();
  }

  @Override
  public String name() {
    return "sluice";
  }

  @Override
  public Optional<String> missing() {
    return Files.exists(jar())
        ? Optional.empty()
        : Optional.of("`" + jar() + "` is not there; run `./mvnw package -DskipTests`");
  }

  @Override
  public Started start(World world, Bed.Pod pod) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-jar", jar().toString()));
    long start = System.nanoTime();
    Process process =
        pod.start(
            command, environment(world, pod), world.home().resolve("sluice-" + pod.account()));
    long ready = Probe.awaitOk(process, pod.address(), READY_PORT, start);
    return new Started(List.of(process), CAPTURE_PORT, ready);
  }

  private Map<String, String> environment(World world, Bed.Pod pod) throws IOException {
    var variables = new HashMap<String, String>();
    variables.put("SLUICE_BUNDLE_DIR", world.bundleDirectory().toString());
    variables.put("SLUICE_TRUST_ROOT", world.trustRoot().toString());
    variables.put("SLUICE_STATE_DIR", world.home().resolve("state-" + pod.account()).toString());
    variables.put("LOCAL_XDS_PATH", world.mesh().toString());
    variables.put("SLUICE_CERTIFICATES_DIR", world.certificates().toString());
    variables.put("PROXY_MODE", "dedicated");
    variables.put("PROXY_WORKLOAD_INFO", "shop/" + pod.account() + "/" + pod.account());
    variables.put("ZTUNNEL_WORKER_THREADS", "2");
    variables.put("SLUICE_CAPTURE_PATH", capture(world, pod).toString());
    variables.putAll(extra);
    return variables;
  }

  /// One listener per destination, from [#CAPTURE_PORT] on, in the order of [Sides#destinations].
  private static Path capture(World world, Bed.Pod pod) throws IOException {
    var text = new StringBuilder();
    if (!pod.account().equals("api")) {
      text.append("outbound:\n");
      int port = CAPTURE_PORT;
      for (Sides.Destination destination : Sides.destinations(world.bed())) {
        text.append(
            "- {workload: shop/%s, listen: \"0.0.0.0:%d\", destination: \"%s:%d\"}\n"
                .formatted(pod.account(), port++, destination.address(), destination.port()));
      }
    }
    return Files.writeString(world.home().resolve("capture-" + pod.account() + ".yaml"), text);
  }
}
