package dev.sluice.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.cli.cluster.Capture;
import dev.sluice.cli.cluster.LiveTopology;
import dev.sluice.cli.cluster.LiveTopology.Request;
import dev.sluice.cli.cluster.SnapshotFiles;
import dev.sluice.cli.report.ReportOptions;
import dev.sluice.cli.report.SnapshotReport;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Captures the topology of a live cluster for `--mesh`.
@Command(
    name = "snapshot",
    header = "Capture the topology of a live cluster.",
    description = {
      "Reads through kubeconfig what policies refer to, and writes it as YAML for `--mesh`: names,"
          + " labels, selectors, ports, probes and service accounts of Namespaces, Services,"
          + " workloads, Gateways, GatewayClasses, ServiceEntries, WorkloadEntries and"
          + " ReferenceGrants. Secrets, environment variables, volumes and status never get into"
          + " it. Nothing in the cluster is changed.",
      "",
      "The same cluster gives the same file but for the time in `capturedAt`. A kind that may not"
          + " be read is marked unknown in the file, not taken for empty, and the command exits"
          + " with 3. It needs this ClusterRole at most:",
      "",
      "  apiVersion: rbac.authorization.k8s.io/v1",
      "  kind: ClusterRole",
      "  metadata: {name: sluice-snapshot}",
      "  rules:",
      "  - apiGroups: [\"\"]",
      "    resources: [namespaces, serviceaccounts, services, pods]",
      "    verbs: [list]",
      "  - apiGroups: [apps]",
      "    resources: [deployments, statefulsets, daemonsets, replicasets]",
      "    verbs: [list]",
      "  - apiGroups: [batch]",
      "    resources: [jobs, cronjobs]",
      "    verbs: [list]",
      "  - apiGroups: [gateway.networking.k8s.io]",
      "    resources: [gatewayclasses, gateways, referencegrants]",
      "    verbs: [list]",
      "  - apiGroups: [networking.istio.io]",
      "    resources: [serviceentries, workloadentries]",
      "    verbs: [list]"
    },
    footer = {
      "  sluice snapshot --out mesh.yaml",
      "  sluice check policies --mesh mesh.yaml --strict-topology",
      "  sluice snapshot --context staging --namespace shop --namespace web > staging.yaml",
      "  sluice check policies --context staging   the same without a file"
    })
public final class SnapshotCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec command;

  @Option(
      names = "--context",
      paramLabel = "NAME",
      description = "Context of the kubeconfig; the current one when absent.")
  private Optional<String> context = Optional.empty();

  @Option(
      names = "--namespace",
      paramLabel = "NS",
      description = "Read this namespace only; repeatable. All when absent.")
  private List<String> namespaces = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description =
          "Where to write; standard output when absent. A directory (`DIR/`) takes as many files as"
              + " a large cluster needs.")
  private Optional<String> out = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description = "How long one request may take, 1 to 600 (default: 20).")
  private int timeout;

  @Mixin private ReportOptions reports;

  public SnapshotCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    reports.check();
    if (timeout < 1 || timeout > 600) {
      throw wrong("`--timeout` is 1 to 600 seconds");
    }
    SortedSet<String> wanted = new TreeSet<>(namespaces);
    if (wanted.contains("") || out.filter(String::isEmpty).isPresent()) {
      throw wrong("a namespace or file name is empty: a variable that was not set?");
    }
    var request = new Request(context, wanted, Duration.ofSeconds(timeout));
    return switch (LiveTopology.read(request, reports.heeded(terminal))) {
      case LiveTopology.Outcome.NotConfigured(var message, var help) -> {
        terminal.complain(message, help);
        yield ExitCode.USAGE.code();
      }
      case LiveTopology.Outcome.Unreachable(var message, var help) -> {
        terminal.complain(message, help);
        yield ExitCode.NOTHING_EVALUATED.code();
      }
      case LiveTopology.Outcome.Captured(var capture) -> write(capture).code();
    };
  }

  private ExitCode write(Capture capture) throws IOException {
    List<byte[]> contents = SnapshotFiles.of(capture);
    if (out.isEmpty()) {
      checkSingle(contents);
      terminal.out().print(new String(contents.getFirst(), UTF_8));
      terminal.out().flush();
    } else {
      reports.write(new SnapshotReport(capture, files(contents, out.get())), terminal);
    }
    capture
        .gaps()
        .forEach((kind, reason) ->
            terminal.complain(
                kind.kind() + " is unknown: " + reason,
                "grant the verb `list` on `"
                    + kind.resource()
                    + "`; see `sluice snapshot --help`"));
    return capture.gaps().isEmpty() ? ExitCode.CLEAN : ExitCode.NOTHING_EVALUATED;
  }

  private List<Path> files(List<byte[]> contents, String place) throws IOException {
    Path path = Path.of(place);
    if (!place.endsWith("/") && !Files.isDirectory(path)) {
      checkSingle(contents);
      replace(path, contents.getFirst());
      return List.of(path);
    }
    Files.createDirectories(path);
    var files = new ArrayList<Path>();
    for (int i = 0; i < contents.size(); i++) {
      Path file = path.resolve("snapshot-%03d.yaml".formatted(i + 1));
      replace(file, contents.get(i));
      files.add(file);
    }
    removeOlder(path, contents.size());
    return files;
  }

  /// Files of an earlier, larger capture would mix what is with what was.
  private static void removeOlder(Path folder, int count) throws IOException {
    for (int i = count + 1; ; i++) {
      if (!Files.deleteIfExists(folder.resolve("snapshot-%03d.yaml".formatted(i)))) {
        return;
      }
    }
  }

  /// A reader sees the old file or the new one, never a half.
  private static void replace(Path file, byte[] content) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Path fresh = Files.createTempFile(folder, ".snapshot", ".yaml");
    try {
      Files.write(fresh, content);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private void checkSingle(List<byte[]> contents) {
    if (contents.size() > 1) {
      throw wrong(
          "the topology needs "
              + contents.size()
              + " files; name a directory: `--out DIR/`, and pass it with `--mesh DIR`");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
