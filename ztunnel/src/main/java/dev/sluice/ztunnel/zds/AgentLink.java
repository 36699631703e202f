package dev.sluice.ztunnel.zds;

import dev.sluice.ztunnel.linux.SeqpacketSocket;
import dev.sluice.ztunnel.linux.SeqpacketSocket.Connected;
import dev.sluice.ztunnel.linux.SeqpacketSocket.Received;
import dev.sluice.ztunnel.linux.SystemFailure;
import dev.sluice.ztunnel.workload.PodEvents;
import dev.sluice.ztunnel.zds.wire.ZdsCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stays connected to the node's agent and leads one [Conversation] after another with it.
///
/// One platform thread, because waiting for a packet blocks in the C library. A lost or broken
/// connection changes nothing for the pods that are served. What is against the protocol ends the
/// connection, not the proxy: the next one begins with a snapshot, so no mistake outlives it.
public final class AgentLink implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AgentLink.class);
  // The agent waits this long for an answer, so nobody gains from waiting longer for the agent.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Path path;
  private final PodEvents events;
  private final Backoff backoff = new Backoff();
  private final Thread thread;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile @Nullable SeqpacketSocket current;

  private AgentLink(Path path, PodEvents events) {
    this.path = path;
    this.events = events;
    this.thread = Thread.ofPlatform().daemon().name("zds").unstarted(this::run);
  }

  /// Begins to connect to the agent's socket at `path`, and never ceases to until closed.
  public static AgentLink start(Path path, PodEvents events) {
    var link = new AgentLink(path, events);
    link.thread.start();
    return link;
  }

  private void run() {
    boolean going = true;
    while (going) {
      switch (SeqpacketSocket.connect(path, PATIENCE)) {
        case Connected.Failed(var failure) -> backoff.failed(failure.message());
        case Connected.Open(var socket) -> {
          backoff.connected();
          serve(socket);
        }
      }
      going = !pause();
    }
  }

  private boolean pause() {
    try {
      return closing.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopped) {
      return true;
    }
  }

  private void serve(SeqpacketSocket socket) {
    try (socket) {
      current = socket;
      // Register, then check: close() may have looked for a socket just before.
      if (closing.getCount() > 0) {
        LOG.atInfo().addKeyValue("socket", path).log("connected to the node's agent");
        String end = converse(socket);
        LOG.atWarn().addKeyValue("reason", end).log("connection to the node's agent ended");
      }
    } finally {
      current = null;
      events.sourceLost();
    }
  }

  private String converse(SeqpacketSocket socket) {
    var conversation = new Conversation(events);
    Optional<SystemFailure> unsent = socket.send(ZdsCodec.hello(), List.of());
    while (unsent.isEmpty()) {
      switch (socket.receive(ZdsCodec.MOST_BYTES)) {
        case Received.End() -> {
          return "closed by the agent";
        }
        case Received.Failed(var failure) -> {
          return failure.message();
        }
        case Received.Oversized(var what) -> {
          return violated(socket, what);
        }
        case Received.Packet packet -> {
          backoff.heard();
          switch (conversation.answer(packet)) {
            case Reply.Violation(var reason) -> {
              return violated(socket, reason);
            }
            case Reply.Failed(var reason) -> {
              LOG.atWarn().addKeyValue("reason", reason).log("request of the agent not fulfilled");
              unsent = socket.send(ZdsCodec.failed(reason), List.of());
            }
            case Reply.Done() -> unsent = socket.send(ZdsCodec.done(), List.of());
          }
        }
      }
    }
    return unsent.get().message();
  }

  private static String violated(SeqpacketSocket socket, String reason) {
    // The connection ends either way; whether the agent still hears why changes nothing.
    String said =
        socket
            .send(ZdsCodec.failed("protocol error: " + reason), List.of())
            .map(failure -> "; it was not told: " + failure.message())
            .orElse("");
    return "protocol error: " + reason + said;
  }

  /// Ends the conversation and waits up to 5 s for its thread; pods that are served stay.
  @Override
  public void close() {
    closing.countDown();
    SeqpacketSocket open = current;
    if (open != null) {
      open.shutdown();
    }
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
