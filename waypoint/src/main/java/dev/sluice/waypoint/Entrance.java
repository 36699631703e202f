package dev.sluice.waypoint;

import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.hbone.TunnelAcceptor;
import dev.sluice.runtime.netty.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HBONE listener: opened as soon as the waypoint has its certificate, which is read again
/// while it runs.
final class Entrance implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Entrance.class);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration RENEWAL = Duration.ofSeconds(15);

  private final Listening listening;
  private final OwnCertificate certificate;
  private final Consumer<List<String>> report;
  private final Thread keeper;
  private volatile @Nullable HboneServer server;
  private volatile boolean closed;
  private List<String> problems = List.of();
  private boolean everReported;
  private Runnable onOpen = () -> {};

  /// What it takes to listen.
  record Listening(
      Transport transport,
      InetSocketAddress address,
      HboneSettings settings,
      TunnelAcceptor acceptor) {}

  private Entrance(Listening listening, OwnCertificate certificate, Consumer<List<String>> report) {
    this.listening = listening;
    this.certificate = certificate;
    this.report = report;
    this.keeper = Thread.ofVirtual().name("entrance").unstarted(this::keep);
  }

  /// Opens the listener now or as soon as it can be; `report` gets what is in the way each time it
  /// changes, an empty list when nothing is.
  static Entrance start(
      Listening listening, OwnCertificate certificate, Consumer<List<String>> report) {
    var entrance = new Entrance(listening, certificate, report);
    entrance.look();
    entrance.keeper.start();
    return entrance;
  }

  private void keep() {
    try {
      while (!closed) {
        Thread.sleep(server == null ? RETRY : RENEWAL);
        look();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look() {
    if (closed) {
      return;
    }
    Optional<String> problem = certificate.read();
    if (problem.isEmpty() && server == null) {
      problem = bind();
    }
    // A certificate that cannot be renewed is in the log; the one that is held goes on serving.
    List<String> found = problem.stream().toList();
    if (!found.equals(problems)) {
      found.forEach(
          text -> LOG.atError().addKeyValue("problem", text).log("not listening as it should"));
    }
    boolean changed = !found.equals(problems) || (found.isEmpty() && !everReported);
    problems = found;
    if (changed) {
      everReported = true;
      report.accept(server == null ? found : List.of());
    }
  }

  private Optional<String> bind() {
    var bound =
        HboneServer.bind(
            listening.transport(),
            listening.address(),
            certificate::context,
            listening.acceptor(),
            listening.settings());
    return switch (bound) {
      case HboneServer.Bound.Listening(var opened) -> {
        server = opened;
        onOpen.run();
        yield Optional.empty();
      }
      case HboneServer.Bound.Failed(var where, var reason) ->
          Optional.of("cannot listen on " + where + ": " + reason);
    };
  }

  /// Calls `action` when the listener opens later than at the start.
  synchronized void onOpen(Runnable action) {
    onOpen = action;
  }

  /// Where it listens; empty while it does not.
  Optional<InetSocketAddress> address() {
    return Optional.ofNullable(server).map(HboneServer::address);
  }

  /// Stops listening and asks clients to go elsewhere; what is open goes on.
  void drain() {
    closed = true;
    HboneServer opened = server;
    if (opened != null) {
      opened.drain().addListener(_ -> LOG.info("every client has left"));
    }
  }

  @Override
  public void close() {
    closed = true;
    keeper.interrupt();
    HboneServer opened = server;
    if (opened != null) {
      opened.close();
    }
  }
}
