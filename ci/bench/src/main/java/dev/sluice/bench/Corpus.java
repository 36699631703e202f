package dev.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A generated tree of policies and workloads, the same for the same sizes.
///
/// Of ten policies four need only L4, four need a waypoint, one mixes both, and one uses wildcards
/// or negations. Clients are drawn by Zipf's law, because in a real mesh few are asked for often.
/// One file holds the ten policies of a workload, one the workload with its Service and account;
/// every namespace has a waypoint, demands mutual TLS and knows one issuer of tokens.
///
/// Arguments: the folder to write to, policies (default 10,000), workloads (default a fifth).
public final class Corpus {

  /// The public key of RFC 7517, appendix A.1.
  private static final String KEYS =
      "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"use\":\"sig\",\"kid\":\"1\","
          + "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
          + "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}]}";

  private static final int POLICIES_PER_FILE = 10;
  private static final int WORKLOADS_PER_NAMESPACE = 20;

  private final Random random = new Random(20_25);
  private final int policies;
  private final int workloads;

  private Corpus(int policies, int workloads) {
    this.policies = policies;
    this.workloads = workloads;
  }

  /// One file of the tree.
  public record File(String path, String text) {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int policies = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10_000;
    int workloads = arguments.length > 2 ? Integer.parseInt(arguments[2]) : policies / 5;
    List<File> files = of(policies, workloads);
    for (File file : files) {
      write(folder.resolve(file.path()), file.text());
    }
    System.out.println(files.size() + " files with " + policies + " policies in " + folder);
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// The files in the order of their paths.
  public static List<File> of(int policies, int workloads) {
    return new Corpus(policies, workloads).files();
  }

  private List<File> files() {
    var files = new ArrayList<File>();
    int namespaces = (workloads + WORKLOADS_PER_NAMESPACE - 1) / WORKLOADS_PER_NAMESPACE;
    for (int n = 0; n < namespaces; n++) {
      files.add(new File(folder(n) + "namespace.yaml", namespace(n)));
    }
    for (int w = 0; w < workloads; w++) {
      files.add(new File(folder(namespaceOf(w)) + name(w) + ".yaml", workload(w)));
    }
    for (int first = 0; first < policies; first += POLICIES_PER_FILE) {
      int w = first / POLICIES_PER_FILE % workloads;
      var text = new StringBuilder();
      for (int p = first; p < Math.min(policies, first + POLICIES_PER_FILE); p++) {
        text.append(policy(p, w));
      }
      files.add(
          new File(
              folder(namespaceOf(w)) + name(w) + "-policies-" + first + ".yaml", text.toString()));
    }
    files.sort(java.util.Comparator.comparing(File::path));
    return files;
  }

  private static String folder(int namespace) {
    return "team-%03d/".formatted(namespace);
  }

  private static int namespaceOf(int workload) {
    return workload / WORKLOADS_PER_NAMESPACE;
  }

  private static String team(int workload) {
    return "team-%03d".formatted(namespaceOf(workload));
  }

  private static String name(int workload) {
    return "service-%05d".formatted(workload);
  }

  private static String namespace(int number) {
    return """
    apiVersion: v1
    kind: Namespace
    metadata:
      name: team-%1$03d
      labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: waypoint}
    ---
    apiVersion: gateway.networking.k8s.io/v1
    kind: Gateway
    metadata: {name: waypoint, namespace: team-%1$03d}
    spec:
      gatewayClassName: istio-waypoint
      listeners:
      - {name: mesh, port: 15008, protocol: HBONE}
    ---
    apiVersion: security.istio.io/v1
    kind: PeerAuthentication
    metadata: {name: default, namespace: team-%1$03d}
    spec:
      mtls: {mode: STRICT}
    ---
    apiVersion: security.istio.io/v1
    kind: RequestAuthentication
    metadata: {name: tokens, namespace: team-%1$03d}
    spec:
      jwtRules:
      - issuer: https://issuer.example/team-%1$03d
        audiences: [team-%1$03d]
        jwks: '%2$s'
    """
        .formatted(number, KEYS);
  }

  private static String workload(int number) {
    return """
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: %1$s, namespace: %2$s}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: %1$s, namespace: %2$s}
    spec:
      selector: {app: %1$s}
      ports:
      - {name: http, port: 80, targetPort: 8080}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %1$s, namespace: %2$s}
    spec:
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: {app: %1$s, version: v1}}
        spec:
          serviceAccountName: %1$s
          containers:
          - name: app
            image: registry.example/app:1
            ports: [{name: http, containerPort: 8080}]
    """
        .formatted(name(number), team(number));
  }

  private String policy(int number, int workload) {
    return """
    ---
    apiVersion: security.istio.io/v1
    kind: AuthorizationPolicy
    metadata:
      name: policy-%06d
      namespace: %s
    spec:
      selector:
        matchLabels:
          app: %s
      action: %s
      rules:
    %s\
    """
        .formatted(
            number,
            team(workload),
            name(workload),
            number % 5 == 4 ? "DENY" : "ALLOW",
            rules(number));
  }

  private String rules(int number) {
    return switch (number % 10) {
      case 0, 1, 4, 5 -> rule(from(), "    - operation:\n        ports: [\"8080\"]\n");
      case 2, 3, 6, 7 -> rule(from(), http(number));
      case 8 ->
          rule(from(), "    - operation:\n        ports: [\"8080\"]\n")
              + rule(from(), http(number));
      default ->
          rule(
              "    - source:\n        principals: [\"cluster.local/ns/"
                  + team(client())
                  + "/*\"]\n"
                  + "        notIpBlocks: [10.%d.0.0/16]\n".formatted(random.nextInt(256)),
              http(number));
    };
  }

  private static String rule(String from, String to) {
    return "  - from:\n" + from + "    to:\n" + to;
  }

  private String from() {
    var text = new StringBuilder("    - source:\n        principals:\n");
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int client = client();
      text.append("        - cluster.local/ns/%s/sa/%s%n".formatted(team(client), name(client)));
    }
    return text.toString();
  }

  private static String http(int number) {
    return """
        - operation:
            methods: [GET, POST]
            paths: [/api/v1/items/%d, "/api/v%d/*"]
    """
        .formatted(number, number % 7);
  }

  /// A workload by Zipf's law with exponent 1.
  private int client() {
    return (int) Math.min(workloads - 1, Math.exp(random.nextDouble() * Math.log(workloads)));
  }
}
