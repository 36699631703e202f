package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the kubeconfig file that has a context: the files of `KUBECONFIG`, else `~/.kube/config`.
///
/// Several files are not merged: the first one that has the context is used by itself.
final class KubeConfigs {

  private static final int MAX_BYTES = 4 << 20;
  private static final YAMLMapper YAML = new YAMLMapper();

  private KubeConfigs() {}

  /// What came of looking for a context.
  sealed interface Found {
    /// The context, and a kubeconfig in which it is the current one and all paths are absolute.
    record Context(String name, String content) implements Found {}

    /// No kubeconfig and none asked for: the process runs in a pod of the cluster itself.
    record InCluster() implements Found {}

    /// There is no such context.
    record Nothing(String message, String help) implements Found {}
  }

  /// Looks for a context by name, or for the current one.
  static Found find(Optional<String> wanted, Map<String, String> variables) {
    var known = new ArrayList<String>();
    List<Path> files = files(variables);
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        continue;
      }
      JsonNode config;
      try (InputStream stream = Files.newInputStream(file)) {
        config = YAML.readTree(stream.readNBytes(MAX_BYTES));
      } catch (IOException broken) {
        return new Found.Nothing(
            "cannot read the kubeconfig `" + file + "` (" + broken.getClass().getSimpleName() + ")",
            "name another file in `KUBECONFIG`");
      }
      List<String> names = new ArrayList<>();
      config.path("contexts").forEach(context -> names.add(context.path("name").asText()));
      String name = wanted.orElseGet(() -> config.path("current-context").asText());
      if (names.contains(name)) {
        return new Found.Context(name, chosen(config, name, file));
      }
      known.addAll(names);
    }
    return nothing(wanted, known, files, variables);
  }

  /// The kubeconfig with `name` as its current context; a path in it is relative to its file.
  private static String chosen(JsonNode config, String name, Path file) {
    ((ObjectNode) config).put("current-context", name);
    Path whole = file.toAbsolutePath();
    config
        .path("clusters")
        .forEach(entry -> absolute(entry.path("cluster"), whole, "certificate-authority"));
    config
        .path("users")
        .forEach(entry -> {
          JsonNode user = entry.path("user");
          absolute(user, whole, "client-certificate");
          absolute(user, whole, "client-key");
          absolute(user, whole, "tokenFile");
          // a command without a slash is looked up in PATH
          if (user.path("exec").path("command").asText().contains("/")) {
            absolute(user.path("exec"), whole, "command");
          }
        });
    return config.toString();
  }

  private static void absolute(JsonNode owner, Path file, String field) {
    String path = owner.path(field).asText();
    if (!path.isEmpty() && owner instanceof ObjectNode fields) {
      fields.put(field, file.resolveSibling(path).toString());
    }
  }

  private static Found nothing(
      Optional<String> wanted,
      List<String> known,
      List<Path> files,
      Map<String, String> variables) {
    if (wanted.isPresent() || !known.isEmpty()) {
      return new Found.Nothing(
          wanted
              .map(name -> "no kubeconfig has a context `" + name + "`")
              .orElse("the kubeconfig has no current context"),
          known.isEmpty()
              ? "there are no contexts in " + list(files)
              : "there are `" + String.join("`, `", known) + "`; name one with `--context`");
    }
    return variables.containsKey("KUBERNETES_SERVICE_HOST")
        ? new Found.InCluster()
        : new Found.Nothing(
            "there is no kubeconfig",
            "looked at " + list(files) + "; set `KUBECONFIG`, or log in to the cluster first");
  }

  private static String list(List<Path> files) {
    return "`" + String.join("`, `", files.stream().map(Path::toString).toList()) + "`";
  }

  private static List<Path> files(Map<String, String> variables) {
    String given = variables.getOrDefault("KUBECONFIG", "");
    return given.isEmpty()
        ? List.of(Path.of(variables.getOrDefault("HOME", "/"), ".kube", "config"))
        : Stream.of(given.split(File.pathSeparator, -1))
            .filter(path -> !path.isEmpty())
            .map(Path::of)
            .toList();
  }
}
