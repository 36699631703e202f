package dev.sluice.runtime.discovery.wire;

import dev.sluice.runtime.discovery.DiscoveryStatus;
import dev.sluice.runtime.discovery.DiscoveryTerms;
import dev.sluice.runtime.discovery.Subscription;
import dev.sluice.runtime.discovery.wire.WorkloadReader.NamedPolicies;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.retry.Backoff;
import dev.sluice.runtime.telemetry.DiscoveryMetrics;
import dev.sluice.runtime.telemetry.DiscoveryMetrics.Termination;
import dev.sluice.runtime.wire.ControlLoop;
import dev.sluice.runtime.wire.ControlPlaneChannel;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryRequest;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryResponse;
import dev.sluice.schemas.envoy.discovery.v3.Node;
import dev.sluice.schemas.envoy.discovery.v3.Status;
import io.grpc.Status.Code;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the mesh as a discovery server tells it, by incremental xDS.
///
/// One connection at a time, made again after a growing pause when it ends, with the versions of
/// what is held. What was told stays while nobody answers. Source: xDS protocol; ztunnel's client.
public final class DiscoveryClient implements LiveMesh.OnDemand, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DiscoveryClient.class);
  private static final int MOST_BYTES = 200 * 1024 * 1024;
  private static final int MOST_REASONS = 20;
  private static final int LONGEST_REASON = 500;
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(10), Duration.ofSeconds(15), 0.2);
  private static final Set<Code> BENIGN =
      Set.of(Code.UNKNOWN, Code.CANCELLED, Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE);

  private final DiscoveryTerms terms;
  private final ControlLoop loop;
  private final DiscoveryMetrics metrics;
  private final Runnable onFirst;
  private final List<ResourceType> types;
  private final Set<String> seen = new HashSet<>();
  private final Thread thread;
  private volatile @Nullable DeltaStream current;
  private volatile Optional<Instant> connectedSince = Optional.empty();
  private volatile String lastError = "";
  private volatile List<String> refused = List.of();

  private DiscoveryClient(
      DiscoveryTerms terms,
      ControlLoop loop,
      DiscoveryMetrics metrics,
      List<ResourceType> types,
      Runnable onFirst) {
    this.terms = terms;
    this.loop = loop;
    this.metrics = metrics;
    this.types = List.copyOf(types);
    this.onFirst = onFirst;
    this.thread = Thread.ofVirtual().name("discovery").unstarted(this::keep);
  }

  /// Starts to follow a server.
  ///
  /// @param onFirst called once the first answer for everything that is wanted as a whole was
  ///   applied
  public static DiscoveryClient start(
      DiscoveryTerms terms,
      ControlLoop loop,
      LiveMesh mesh,
      DiscoveryMetrics metrics,
      Runnable onFirst) {
    var client = new DiscoveryClient(terms, loop, metrics, types(terms, mesh), onFirst);
    if (terms.extent() == DiscoveryTerms.Extent.ON_DEMAND) {
      mesh.askFor(client);
    }
    client.reportWhenComplete();
    client.thread.start();
    return client;
  }

  private static List<ResourceType> types(DiscoveryTerms terms, LiveMesh mesh) {
    return switch (terms.policies()) {
      case ENFORCED ->
          List.of(new Addresses(mesh, terms.extent(), NamedPolicies.KEPT), new Policies(mesh));
      case NOT_ASKED_FOR -> List.of(new Addresses(mesh, terms.extent(), NamedPolicies.DROPPED));
    };
  }

  private void keep() {
    int failures = 0;
    try {
      while (!Thread.currentThread().isInterrupted()) {
        boolean heard = follow();
        failures = heard ? 1 : failures + 1;
        Thread.sleep(BACKOFF.after(failures, ThreadLocalRandom.current()));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /// One connection from beginning to end; whether the server has said anything on it.
  private boolean follow() throws InterruptedException {
    var opened = ControlPlaneChannel.open(terms.server(), loop, MOST_BYTES);
    return switch (opened) {
      case ControlPlaneChannel.Opened.Failed(var reason) -> {
        ended(Termination.CONNECTION_ERROR, reason);
        yield false;
      }
      case ControlPlaneChannel.Opened.Ready(var channel) -> {
        try (channel;
            var stream = DeltaStream.open(channel.forRequest())) {
          yield follow(stream);
        } catch (IOException unreadable) {
          ended(Termination.CONNECTION_ERROR, "token cannot be read: " + unreadable.getMessage());
          yield false;
        } finally {
          current = null;
          connectedSince = Optional.empty();
        }
      }
    };
  }

  private boolean follow(DeltaStream stream) throws InterruptedException {
    for (ResourceType type : types) {
      stream.send(opening(type));
    }
    // From here on wishes wake the stream; those that came since the opening are sent now.
    current = stream;
    types.forEach(type -> sendWishes(type, stream));
    boolean heard = false;
    while (true) {
      switch (stream.take()) {
        case DeltaStream.Event.Received(var response) -> {
          if (!heard) {
            heard = true;
            connectedSince = Optional.of(Instant.now());
            LOG.atInfo().addKeyValue("server", terms.server().address()).log("discovery connected");
          }
          stream.send(answer(response));
          stream.next();
        }
        case DeltaStream.Event.Woken _ -> types.forEach(type -> sendWishes(type, stream));
        case DeltaStream.Event.Ended(var cause) -> {
          ended(termination(cause, heard), ControlPlaneChannel.describe(cause.asException()));
          return heard;
        }
      }
    }
  }

  private static Termination termination(io.grpc.Status cause, boolean heard) {
    if (cause.isOk()) {
      return Termination.COMPLETE;
    }
    if (!heard && cause.getCode() == Code.UNAVAILABLE) {
      return Termination.CONNECTION_ERROR;
    }
    return BENIGN.contains(cause.getCode()) ? Termination.RECONNECT : Termination.ERROR;
  }

  private void ended(Termination reason, String detail) {
    metrics.terminated(reason);
    if (!detail.equals(lastError)) {
      LOG.atWarn()
          .addKeyValue("server", terms.server().address())
          .addKeyValue("reason", detail)
          .log("no discovery, the mesh stays as it was told last");
    }
    lastError = detail;
  }

  /// The first request for a type on a connection. On demand it takes back at once what an empty
  /// subscription would mean: everything.
  private DeltaDiscoveryRequest opening(ResourceType type) {
    Subscription held = type.subscription();
    var request =
        DeltaDiscoveryRequest.newBuilder()
            .setNode(
                Node.newBuilder()
                    .setId(terms.node().id())
                    .setMetadata(Metadata.of(terms.node().metadata())))
            .setTypeUrl(type.url())
            .putAllInitialResourceVersions(held.versions());
    if (!type.isWildcard()) {
      request
          .addResourceNamesSubscribe("*")
          .addAllResourceNamesSubscribe(held.names())
          .addResourceNamesUnsubscribe("*");
    }
    return request.build();
  }

  private static void sendWishes(ResourceType type, DeltaStream stream) {
    var wishes = type.subscription().wishes();
    if (!wishes.isEmpty()) {
      stream.send(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(type.url())
              .addAllResourceNamesSubscribe(wishes.subscribe())
              .addAllResourceNamesUnsubscribe(wishes.unsubscribe())
              .build());
    }
  }

  private DeltaDiscoveryRequest answer(DeltaDiscoveryResponse response) {
    String url = response.getTypeUrl();
    var request =
        DeltaDiscoveryRequest.newBuilder().setTypeUrl(url).setResponseNonce(response.getNonce());
    var type = types.stream().filter(each -> each.url().equals(url)).findFirst();
    if (type.isEmpty()) {
      metrics.received("unknown", response.getSerializedSize());
      return request.setErrorDetail(error("type `" + url + "` was not asked for")).build();
    }
    metrics.received(url, response.getSerializedSize());
    var outcome = applied(type.get(), response);
    boolean wholly = outcome.taken() == 0 && !outcome.refused().isEmpty();
    if (!wholly && seen.add(url)) {
      reportWhenComplete();
    }
    if (outcome.refused().isEmpty()) {
      return request.build();
    }
    refused = outcome.refused().stream().limit(MOST_REASONS).toList();
    refused.forEach(
        reason -> LOG.atWarn().addKeyValue("reason", reason).log("discovered resource refused"));
    return request.setErrorDetail(error(text(outcome.refused()))).build();
  }

  private static ResourceType.Outcome applied(ResourceType type, DeltaDiscoveryResponse response) {
    try {
      return type.apply(response);
    } catch (RuntimeException bug) {
      // A bug that one response brings out must not end discovery.
      LOG.error("a response could not be applied", bug);
      return new ResourceType.Outcome(0, List.of("could not be applied"));
    }
  }

  private void reportWhenComplete() {
    boolean complete =
        types.stream().allMatch(type -> !type.isWildcard() || seen.contains(type.url()));
    if (complete) {
      onFirst.run();
    }
  }

  private static String text(List<String> reasons) {
    var text = new StringBuilder();
    for (String reason : reasons.subList(0, Math.min(reasons.size(), MOST_REASONS))) {
      text.append(text.isEmpty() ? "" : "; ")
          .append(reason, 0, Math.min(reason.length(), LONGEST_REASON));
    }
    if (reasons.size() > MOST_REASONS) {
      text.append("; and ").append(reasons.size() - MOST_REASONS).append(" more");
    }
    return text.toString();
  }

  private static Status error(String message) {
    return Status.newBuilder().setCode(Code.INVALID_ARGUMENT.value()).setMessage(message).build();
  }

  @Override
  public CompletableFuture<?> ask(String resource) {
    var answer =
        types.stream()
            .filter(type -> !type.isWildcard())
            .findFirst()
            .map(type -> type.subscription().ask(resource))
            .orElseGet(() -> CompletableFuture.completedFuture(null));
    DeltaStream stream = current;
    if (stream != null && !answer.isDone()) {
      stream.wake();
    }
    return answer;
  }

  /// How discovery is doing.
  public DiscoveryStatus status() {
    return new DiscoveryStatus(
        terms.server().address().toString(),
        connectedSince,
        lastError,
        types.stream().mapToInt(type -> type.subscription().size()).sum(),
        refused);
  }

  /// Ends the connection; the mesh stays.
  @Override
  public void close() {
    thread.interrupt();
  }
}
