package dev.sluice.verify.node;

import static org.awaitility.Awaitility.await;

import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.controlplane.ca.WorkloadFiles;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.verify.mesh.Bundles;
import dev.sluice.ztunnel.redirect.RedirectCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Two nodes, their pods and a shared ztunnel on each; everything in network namespaces of its own.
///
/// ```
/// bed = NodeBed.in(folder);
/// web = bed.pod(1, "web");                        // captured, on node 1
/// api = bed.pod(2, "api");
/// old = bed.uncaptured(2, "old");
/// shop = bed.service("shop", api);                // VIPs whose port 80 leads to port 8080
/// bed.start(NodeBed.NO_POLICY);                   // servers in every pod, both ztunnels ready
/// assertThat(web.curl(shop.url()).body()).isEqualTo("api saw " + web.ip());
/// ```
///
/// To add a kind of peer (a waypoint, a gateway, a node agent), give it a pod with [BedPod#start]
/// or [BedPod#run] and describe it in [BedMesh]; to run ztunnels otherwise (another mode, a control
/// plane), set their environment with [#set] before [#start]. A pod declared before [#start] with
/// [#later] joins by [#join]. [#policies] signs and publishes new policies and waits until both
/// ztunnels enforce them.
public final class NodeBed implements AutoCloseable {

  /// Everything is allowed: no policy concerns any workload.
  static final String NO_POLICY =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: istio-system}
      spec: {mtls: {mode: PERMISSIVE}}
      """;

  static final int ECHO_PORT = 9090;
  private static final int NODES = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path home;
  private final String prefix;
  private final Fabric network;
  private final Map<Integer, Netns> nodes = new TreeMap<>();
  private final Map<Integer, BedZtunnel> ztunnels = new TreeMap<>();
  private final Map<String, BedPod> pods = new LinkedHashMap<>();
  private final Map<String, BedPod> captured = new LinkedHashMap<>();
  private final Map<String, BedPod> alone = new LinkedHashMap<>();
  private final List<BedService> services = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final List<String> options =
      new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
  private Telling telling = Telling.BY_FILE;
  private Bundles bundles;

  /// Who tells the ztunnels of their pods.
  public enum Telling {
    /// The capture file.
    BY_FILE,
    /// An agent on each node that speaks the ZDS protocol.
    BY_AGENT
  }

  private NodeBed(Path home) throws IOException {
    this.home = home;
    BedNames.endForgotten();
    prefix = BedNames.prefix() + Integer.toHexString(System.identityHashCode(this)) + "-";
    network = Fabric.lay(prefix);
    for (int node = 1; node <= NODES; node++) {
      nodes.put(node, network.addNode(node));
    }
    for (String script : List.of("app.py", "talk.py", "agent.py")) {
      try (InputStream from =
          Objects.requireNonNull(NodeBed.class.getResourceAsStream(script), script)) {
        Files.write(home.resolve(script), from.readAllBytes());
      }
    }
    // Until there are policies and a topology to compile them with.
    bundles = new Bundles(home.resolve("unused"), "");
  }

  /// Lays the nodes; scripts, logs and configuration go to `home`.
  static NodeBed in(Path home) {
    try {
      return new NodeBed(home);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  /// A captured pod on a node.
  BedPod pod(int node, String name) {
    BedPod pod = later(node, name);
    captured.put(name, pod);
    return pod;
  }

  /// A pod that ztunnel has nothing to do with.
  BedPod uncaptured(int node, String name) {
    return addPod(node, name, BedPod.Membership.UNCAPTURED);
  }

  /// A pod that the mesh knows and that is captured when it joins.
  BedPod later(int node, String name) {
    return addPod(node, name, BedPod.Membership.CAPTURED);
  }

  /// A captured pod with a ztunnel of its own, in dedicated mode.
  BedPod dedicated(int node, String name) {
    BedPod pod = later(node, name);
    alone.put(name, pod);
    return pod;
  }

  /// Lets the ztunnels learn of their pods in this way; before [#start].
  void told(Telling how) {
    telling = how;
  }

  private BedPod addPod(int node, String name, BedPod.Membership membership) {
    int index = 2 + (int) pods.values().stream().filter(pod -> pod.node() == node).count();
    var pod = new BedPod(name, node, index, membership, Netns.add(prefix + name), home);
    pods.put(name, pod);
    network.connect(pod, node(node));
    return pod;
  }

  /// A Service for these pods.
  BedService service(String name, BedPod... endpoints) {
    var service = new BedService(name, 10 + services.size(), List.of(endpoints));
    services.add(service);
    return service;
  }

  /// Sets a variable of both ztunnels' environment.
  void set(String variable, String value) {
    environment.put(variable, value);
  }

  /// Replaces the options of the ztunnels' virtual machines.
  void options(String... words) {
    options.clear();
    options.addAll(List.of(words));
  }

  /// Starts the applications and both ztunnels with these policies, and redirects the captured
  /// pods.
  void start(String policies) {
    BedZtunnel.replace(home.resolve("mesh.yaml"), BedMesh.meshFile(pods.values(), services));
    certify();
    publish(policies, BedMesh.kubernetes(pods.values(), services));
    nodes.forEach((number, node) -> ztunnels.put(number, startZtunnel(number, node)));
    alone.values().forEach(this::startDedicated);
    captured.values().forEach(NodeBed::redirect);
    alone.values().forEach(NodeBed::redirect);
    pods.values().forEach(this::startApplication);
    pods.values().forEach(this::awaitApplication);
  }

  private void certify() {
    var opened =
        CertificateAuthority.open(
            authority(), new TrustDomain("cluster.local"), InstantSource.system());
    if (!(opened instanceof CertificateAuthority.Opened.Ready(var authority))) {
      throw new AssertionError(opened);
    }
    var files = new WorkloadFiles(certificates());
    for (BedPod pod : pods.values()) {
      var enrolled = files.enrol(authority, pod.identity(), Duration.ofHours(2));
      if (!(enrolled instanceof WorkloadFiles.Enrolled.Written)) {
        throw new AssertionError(enrolled);
      }
    }
  }

  /// Where the authority of the mesh keeps its certificate and key.
  Path authority() {
    return home.resolve("ca");
  }

  Path certificates() {
    return home.resolve("certificates");
  }

  private void publish(String policies, String topology) {
    try {
      bundles = new Bundles(home, topology);
      bundles.switchTo(bundles.build(policies, Bundles.Terms.current()));
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private BedZtunnel startZtunnel(int number, Netns node) {
    Path own = folder("node" + number);
    var variables = variables(own);
    variables.put("NODE_NAME", "node" + number);
    switch (telling) {
      case BY_FILE -> {
        variables.put("SLUICE_CAPTURE_PATH", own.resolve("capture.yaml").toString());
        BedZtunnel.replace(own.resolve("capture.yaml"), BedMesh.capture(capturedOn(number)));
      }
      case BY_AGENT -> {
        variables.put("INPOD_UDS", own.resolve("agent.sock").toString());
        startAgent(number, node, own);
      }
    }
    return BedZtunnel.start(node, own, variables, options);
  }

  private void startAgent(int number, Netns node, Path own) {
    var command =
        new ArrayList<>(
            List.of(
                "python3",
                home.resolve("agent.py").toString(),
                own.resolve("agent.sock").toString()));
    capturedOn(number)
        .forEach(pod -> command.add(pod.key() + "/" + pod.name() + "=" + pod.netns().path()));
    node.start(own.resolve("agent.log"), command);
  }

  private void startDedicated(BedPod pod) {
    Path own = folder(pod.name());
    var variables = variables(own);
    variables.put("PROXY_MODE", "dedicated");
    variables.put("PROXY_WORKLOAD_INFO", pod.key() + "/" + pod.name());
    variables.put("PACKET_MARK", "1337");
    variables.put("ENABLE_ORIG_SRC", "true");
    BedZtunnel.start(pod.netns(), own, variables, options);
  }

  private Map<String, String> variables(Path own) {
    var variables = new LinkedHashMap<String, String>();
    variables.put("SLUICE_BUNDLE_DIR", bundles.directory().toString());
    variables.put("SLUICE_TRUST_ROOT", bundles.root().toString());
    variables.put("SLUICE_STATE_DIR", own.resolve("state").toString());
    variables.put("LOCAL_XDS_PATH", home.resolve("mesh.yaml").toString());
    variables.put("SLUICE_CERTIFICATES_DIR", certificates().toString());
    variables.put("ZTUNNEL_WORKER_THREADS", "2");
    variables.put("CONNECTION_TERMINATION_DEADLINE", "3s");
    variables.putAll(environment);
    return variables;
  }

  private Path folder(String name) {
    try {
      return Files.createDirectories(home.resolve(name));
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private List<BedPod> capturedOn(int node) {
    return captured.values().stream().filter(pod -> pod.node() == node).toList();
  }

  /// Node 1 redirects by nftables, node 2 by iptables.
  private static void redirect(BedPod pod) {
    String rules = pod.node() == 1 ? "nftables" : "iptables";
    redirect("add", pod, "--rules", rules);
  }

  /// Runs `ztunnel redirect` on a pod; what it printed. It has to end well.
  static String redirect(String action, BedPod pod, String... more) {
    var printed = new ByteArrayOutputStream();
    var stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    var words = new ArrayList<>(List.of(action, "--netns", pod.netns().path().toString()));
    words.addAll(List.of(more));
    int code = new RedirectCommand(stream, stream).run(words);
    String text = printed.toString(StandardCharsets.UTF_8);
    if (code != RedirectCommand.EXIT_OK) {
      throw new AssertionError(
          "`ztunnel redirect " + words + "` ended with " + code + ":\n" + text);
    }
    return text;
  }

  private void startApplication(BedPod pod) {
    pod.start(
        "python3",
        home.resolve("app.py").toString(),
        pod.name(),
        Integer.toString(BedPod.APP_PORT),
        Integer.toString(ECHO_PORT));
  }

  // Over loopback, which nothing redirects.
  private void awaitApplication(BedPod pod) {
    await()
        .atMost(PATIENCE)
        .until(() -> pod.curl("http://127.0.0.1:" + BedPod.APP_PORT + "/").isAnswered());
  }

  /// Compiles, signs and publishes policies; returns when both ztunnels enforce them.
  void policies(String yaml) {
    long before = sequence(1);
    try {
      bundles.switchTo(bundles.build(yaml, Bundles.Terms.current()));
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
    for (int node : ztunnels.keySet()) {
      await().atMost(PATIENCE).until(() -> sequence(node) > before);
    }
  }

  private long sequence(int node) {
    return ztunnel(node).dump().at("/bundle/sequence").asLong();
  }

  /// Captures a pod that was declared for later.
  void join(BedPod pod) {
    captured.put(pod.name(), pod);
    ztunnel(pod.node()).capture(capturedOn(pod.node()));
    // Listeners first: what is redirected to nobody is refused.
    await().atMost(PATIENCE).until(() -> listens(pod));
    redirect(pod);
  }

  /// Captures a pod no longer.
  void leave(BedPod pod) {
    captured.remove(pod.name());
    ztunnel(pod.node()).capture(capturedOn(pod.node()));
  }

  /// Whether ztunnel listens in a pod.
  boolean listens(BedPod pod) {
    return pod.run("ss", "-Hltn", "sport = :15001 or sport = :15006 or sport = :15008")
            .output()
            .lines()
            .count()
        == 3;
  }

  BedZtunnel ztunnel(int node) {
    return Objects.requireNonNull(ztunnels.get(node));
  }

  /// The network between the nodes; `172.31.0.1` and `fd31::1` there are of no mesh.
  Netns fabric() {
    return network.middle();
  }

  Netns node(int number) {
    return Objects.requireNonNull(nodes.get(number));
  }

  String nodeIp(int number) {
    return "172.31.0." + (number + 1);
  }

  /// Translates the source of the node's own connections to its pods, as a node agent does for
  /// health probes.
  void translateProbes(BedPod pod) {
    Shell.must(
        node(pod.node())
            .inside(
                List.of(
                    ("iptables -t nat -A POSTROUTING -m owner --socket-exists -p tcp -d "
                            + pod.ip()
                            + " -j SNAT --to-source 169.254.7.127")
                        .split(" "))));
  }

  @Override
  public void close() {
    BedNames.existing(prefix).forEach(BedNames::end);
  }
}
