package dev.sluice.waypoint.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections of one event loop, by target.
final class LoopPool {

  private static final int MOST_CONNECTIONS = 512;
  private static final int MOST_IDLE = 64;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long SWEEP_SECONDS = 15;

  private final EventLoop loop;
  private final TunnelOpener opener;
  private final Map<UpstreamTarget, Slot> slots = new HashMap<>();
  private final Future<?> sweeping;
  private boolean closed;

  /// What there is for one target.
  private static final class Slot {
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final List<Http2Connection> shared = new ArrayList<>();
    private final List<UpstreamCall> waiting = new ArrayList<>();
    private int open;

    boolean isEmpty() {
      return open == 0 && idle.isEmpty() && shared.isEmpty() && waiting.isEmpty();
    }
  }

  private record Idle(Http1Connection connection, long since) {}

  LoopPool(EventLoop loop, TunnelOpener opener) {
    this.loop = loop;
    this.opener = opener;
    this.sweeping =
        loop.scheduleAtFixedRate(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  void start(UpstreamTarget target, UpstreamCall call) {
    Slot slot = slots.computeIfAbsent(target, _ -> new Slot());
    switch (target.protocol()) {
      case HTTP_1 -> startAlone(target, slot, call);
      case HTTP_2 -> startShared(target, slot, call);
    }
  }

  private void startAlone(UpstreamTarget target, Slot slot, UpstreamCall call) {
    Http1Connection known = usable(slot);
    if (known == null) {
      openAlone(target, slot, call);
    } else {
      // An idle connection may have died unnoticed; a fresh one tells the truth.
      call.mayStartAgain(again -> openAlone(target, slot, again));
      known.carry(call);
    }
  }

  private static @Nullable Http1Connection usable(Slot slot) {
    for (Idle idle = slot.idle.pollFirst(); idle != null; idle = slot.idle.pollFirst()) {
      if (idle.connection().isActive()) {
        return idle.connection();
      }
    }
    return null;
  }

  private void openAlone(UpstreamTarget target, Slot slot, UpstreamCall call) {
    if (slot.open >= MOST_CONNECTIONS) {
      call.fail(new UpstreamFailure("overloaded", "too many connections to one endpoint"));
      return;
    }
    slot.open++;
    opener
        .open(target, loop)
        .addListener(opened -> {
          if (!opened.isSuccess()) {
            slot.open--;
            call.fail(UpstreamFailure.from(opened.cause()));
            return;
          }
          var connection = Http1Connection.install((Channel) opened.getNow(), home(slot));
          if (call.isOver()) {
            connection.close();
          } else {
            connection.carry(call);
          }
        });
  }

  private Http1Connection.Home home(Slot slot) {
    return new Http1Connection.Home() {
      @Override
      public void idle(Http1Connection connection) {
        if (closed || slot.idle.size() >= MOST_IDLE) {
          connection.close();
        } else {
          slot.idle.addFirst(new Idle(connection, System.nanoTime()));
          connection.watch();
        }
      }

      @Override
      public void gone(Http1Connection connection) {
        slot.open--;
        slot.idle.removeIf(idle -> idle.connection() == connection);
      }
    };
  }

  private void startShared(UpstreamTarget target, Slot slot, UpstreamCall call) {
    for (Http2Connection connection : slot.shared) {
      if (connection.hasRoom()) {
        connection.carry(call);
        return;
      }
    }
    if (slot.waiting.size() >= MOST_CONNECTIONS) {
      call.fail(new UpstreamFailure("overloaded", "too many calls wait for one endpoint"));
      return;
    }
    slot.waiting.add(call);
    if (slot.waiting.size() == 1) {
      openShared(target, slot);
    }
  }

  private void openShared(UpstreamTarget target, Slot slot) {
    opener
        .open(target, loop)
        .addListener(opened -> {
          List<UpstreamCall> calls = List.copyOf(slot.waiting);
          slot.waiting.clear();
          if (!opened.isSuccess()) {
            calls.forEach(call -> call.fail(UpstreamFailure.from(opened.cause())));
            return;
          }
          Channel tunnel = (Channel) opened.getNow();
          if (closed) {
            tunnel.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
          }
          slot.shared.add(Http2Connection.install(tunnel, slot.shared::remove));
          for (UpstreamCall call : calls) {
            if (!call.isOver()) {
              startShared(target, slot, call);
            }
          }
        });
  }

  private void sweep() {
    long oldest = System.nanoTime() - IDLE_NANOS;
    for (Slot slot : slots.values()) {
      List<Idle> expired = slot.idle.stream().filter(idle -> idle.since() - oldest < 0).toList();
      expired.forEach(idle -> idle.connection().close());
      slot.idle.removeAll(expired);
      List.copyOf(slot.shared).stream()
          .filter(connection -> connection.isIdleSince(oldest))
          .forEach(Http2Connection::close);
    }
    slots.values().removeIf(Slot::isEmpty);
  }

  void close() {
    closed = true;
    sweeping.cancel(false);
    for (Slot slot : slots.values()) {
      slot.idle.forEach(idle -> idle.connection().close());
      slot.idle.clear();
      List.copyOf(slot.shared).stream()
          .filter(Http2Connection::isIdle)
          .forEach(Http2Connection::close);
    }
  }
}
