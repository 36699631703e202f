package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.cluster.Capture.Extent;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;

/// A cluster that is read and never written to.
public final class Cluster implements AutoCloseable {

  private static final int UNAUTHORIZED = 401;
  private static final int MAX_CAUSES = 20;

  private final String context;
  private final KubernetesClient client;

  private Cluster(String context, KubernetesClient client) {
    this.context = context;
    this.client = client;
  }

  /// What came of asking for a cluster.
  public sealed interface Opened {
    /// A cluster is configured; whether it answers shows when it is read.
    record Ready(Cluster cluster) implements Opened {}

    /// None is configured under that name.
    record NotConfigured(String message, String help) implements Opened {}
  }

  /// What came of reading a cluster.
  public sealed interface Outcome {
    /// It was read, as far as it may be.
    record Captured(Capture capture) implements Outcome {}

    /// It does not answer, or not to this user.
    record Unreachable(String message, String help) implements Outcome {}
  }

  /// Is told which kind is being read: the `done`th of `of`.
  @FunctionalInterface
  public interface Watcher {
    void reading(CapturedKind kind, int done, int of);
  }

  /// Opens the cluster of a context, or of the current one; `timeout` is for each request.
  public static Opened open(
      Optional<String> wanted, Map<String, String> variables, Duration timeout) {
    return switch (KubeConfigs.find(wanted, variables)) {
      case KubeConfigs.Found.Nothing(var message, var help) ->
          new Opened.NotConfigured(message, help);
      case KubeConfigs.Found.Context(var name, var content) ->
          ready(name, Config.fromKubeconfig(content), timeout);
      case KubeConfigs.Found.InCluster() ->
          ready("in-cluster", Config.autoConfigure(null), timeout);
    };
  }

  private static Opened ready(String context, Config config, Duration timeout) {
    int millis = Math.toIntExact(timeout.toMillis());
    var patient =
        new ConfigBuilder(config)
            .withConnectionTimeout(millis)
            .withRequestTimeout(millis)
            .withRequestRetryBackoffLimit(1)
            .build();
    return new Opened.Ready(
        new Cluster(context, new KubernetesClientBuilder().withConfig(patient).build()));
  }

  /// Reads all kinds. A kind that may not be read is unknown, not empty; the others are read all
  /// the same.
  public Outcome capture(SortedSet<String> namespaces, Instant now, Watcher watcher) {
    Map<CapturedKind, Extent> extents = new EnumMap<>(CapturedKind.class);
    Map<CapturedKind, List<ObjectNode>> found = new EnumMap<>(CapturedKind.class);
    CapturedKind[] kinds = CapturedKind.values();
    for (CapturedKind kind : kinds) {
      watcher.reading(kind, extents.size(), kinds.length);
      try {
        List<ObjectNode> objects = new Listing(client, kind).of(namespaces);
        found.put(kind, objects);
        extents.put(kind, new Extent.Complete(objects.size()));
      } catch (KubernetesClientException failure) {
        // without an answer the code is not positive
        if (failure.getCode() == UNAUTHORIZED || failure.getCode() <= 0) {
          return unreachable(failure);
        }
        extents.put(kind, new Extent.Unknown(reason(kind, failure)));
      }
    }
    List<ObjectNode> objects = new ArrayList<>();
    Ownership.withoutOwned(found).values().forEach(objects::addAll);
    return new Outcome.Captured(new Capture(context, now, namespaces, extents, objects));
  }

  private static String reason(CapturedKind kind, KubernetesClientException failure) {
    return failure.getCode() == 403
        ? "forbidden: the user may not `list` `" + kind.resource() + "`"
        : "the API server answered " + failure.getCode() + " to `list` `" + kind.resource() + "`";
  }

  private Outcome unreachable(KubernetesClientException failure) {
    String server = client.getConfiguration().getMasterUrl();
    if (failure.getCode() == UNAUTHORIZED) {
      return new Outcome.Unreachable(
          "the cluster of context `" + context + "` does not accept the credentials",
          "log in again, for example as you do for kubectl");
    }
    Throwable cause = failure;
    for (int depth = 0; depth < MAX_CAUSES && cause.getCause() != null; depth++) {
      cause = cause.getCause();
    }
    return new Outcome.Unreachable(
        "the cluster of context `"
            + context
            + "` cannot be reached at "
            + server
            + " ("
            + cause.getClass().getSimpleName()
            + ")",
        "check the address and the network; `--timeout SECONDS` waits longer");
  }

  @Override
  public void close() {
    client.close();
  }
}
