package dev.sluice.ztunnel.dns;

import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.telemetry.DnsMetrics;
import dev.sluice.ztunnel.dns.Forwarder.Forwarded;
import dev.sluice.ztunnel.dns.Forwarder.Origin;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecordType;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers the queries of one workload, on one event loop.
final class WorkloadResolver {

  private static final Logger LOG = LoggerFactory.getLogger("dns");
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final int MOST_LOOKING = 256;

  /// What the resolvers of all workloads have in common.
  record Shared(LiveMesh mesh, DnsSettings settings, DnsMetrics metrics) {}

  /// Who asks.
  ///
  /// @param searchDomains those of the machine it runs on; empty for what a pod has by default
  record Client(String namespace, String name, List<String> searchDomains) {
    Client {
      searchDomains = List.copyOf(searchDomains);
    }
  }

  /// A query, how it came, and where the answer goes.
  record Request(
      DnsQuery query,
      DnsMetrics.Protocol protocol,
      ByteBufAllocator allocator,
      Consumer<ByteBuf> answer) {

    int mostBytes() {
      return switch (protocol) {
        case UDP -> query.edns().mostBytes();
        case TCP -> 0xffff;
      };
    }
  }

  private final Shared shared;
  private final Client client;
  private final NameCandidates names;
  private final EventLoop loop;
  private final Forwarder forwarder;
  private final SecureRandom random = new SecureRandom();
  private int looking;

  WorkloadResolver(Shared shared, Client client, EventLoop loop, Forwarder forwarder) {
    this.shared = shared;
    this.client = client;
    this.loop = loop;
    this.forwarder = forwarder;
    String domain = shared.settings().clusterDomain();
    this.names =
        client.searchDomains().isEmpty()
            ? NameCandidates.ofPod(client.namespace(), domain)
            : new NameCandidates(domain, client.searchDomains());
  }

  EventLoop loop() {
    return loop;
  }

  /// Answers a request, maybe later; on the event loop.
  void answer(Request request) {
    shared.metrics().requested(counted(request));
    if (request.query().asksForAddresses()) {
      answerFromMesh(request, System.nanoTime());
    } else {
      forward(request);
    }
  }

  private DnsMetrics.Request counted(Request request) {
    return new DnsMetrics.Request(
        typeName(request.query().type()), request.protocol(), self().orElse(null));
  }

  // A client may ask for any of 65,536 types.
  private static String typeName(DnsRecordType type) {
    String name = type.name();
    return name.equals("UNKNOWN") ? "other" : name;
  }

  private Optional<Workload> self() {
    return shared.mesh().current().workload(client.namespace(), client.name());
  }

  private void answerFromMesh(Request request, long since) {
    StaticMesh mesh = shared.mesh().current();
    Optional<Workload> self = mesh.workload(client.namespace(), client.name());
    if (self.isPresent()) {
      answer(request, mesh, self.get());
    } else if (System.nanoTime() - since < PATIENCE.toNanos() && looking < MOST_LOOKING) {
      // Who asks decides what is seen; a new pod may ask before the mesh knows it.
      looking++;
      loop.schedule(
          () -> {
            looking--;
            answerFromMesh(request, since);
          },
          LOOK_AGAIN.toMillis(),
          TimeUnit.MILLISECONDS);
    } else {
      fail(request, "the workload is unknown");
    }
  }

  private void answer(Request request, StaticMesh mesh, Workload self) {
    DnsQuery query = request.query();
    boolean isIpv4 = query.type().equals(DnsRecordType.A);
    var candidates = names.of(query.name(), client.namespace());
    var known =
        new MeshNames(mesh, shared.settings().clusterDomain(), random)
            .resolve(candidates, self, isIpv4 ? MeshNames.Family.IPV4 : MeshNames.Family.IPV6);
    switch (known) {
      case MeshAnswer.Unknown() -> forward(request);
      case MeshAnswer.Known(var proper, var addresses) -> {
        boolean isGiven = isIpv4 || shared.settings().families() == DnsSettings.Families.BOTH;
        var given = new MeshAnswer.Known(proper, isGiven ? addresses : List.of());
        log(request, "answered", given.addresses());
        request
            .answer()
            .accept(
                MessageWriter.addresses(request.allocator(), query, given, request.mostBytes()));
      }
    }
  }

  private void forward(Request request) {
    long since = System.nanoTime();
    forwarder.forward(request.query(), forwarded -> forwarded(request, forwarded, since));
  }

  private void forwarded(Request request, Forwarded forwarded, long since) {
    var took = Duration.ofNanos(System.nanoTime() - since);
    switch (forwarded) {
      case Forwarded.Answered(var reply, int age, var origin) -> {
        if (origin == Origin.SERVER) {
          shared.metrics().forwarded(counted(request), took);
        }
        log(request, origin == Origin.CACHE ? "cached" : "forwarded", List.of());
        request
            .answer()
            .accept(reply.answer(request.allocator(), request.query(), age, request.mostBytes()));
      }
      case Forwarded.Failed(var reason) -> {
        shared.metrics().forwardFailed(counted(request), took);
        fail(request, reason);
      }
      case Forwarded.Overloaded() -> fail(request, "too many queries of the workload wait");
    }
  }

  private void fail(Request request, String reason) {
    log(request, reason, List.of());
    request
        .answer()
        .accept(MessageWriter.failure(request.allocator(), request.query(), Rcode.SERVER_FAILURE));
  }

  private void log(Request request, String result, List<InetAddress> endpoints) {
    if (LOG.isDebugEnabled()) {
      LOG.atDebug()
          .addKeyValue("src.workload", client.name())
          .addKeyValue("src.namespace", client.namespace())
          .addKeyValue("query", request.query().type().name())
          .addKeyValue("domain", request.query().name())
          .addKeyValue("result", result)
          .addKeyValue("endpoints", endpoints.size())
          .log("query");
    }
  }
}
