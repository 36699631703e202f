package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.Dial;
import dev.sluice.runtime.netty.Listeners;
import dev.sluice.runtime.netty.Sockets;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.process.PortsFile;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Capture by listeners that stand for Service and pod addresses.
public final class ExplicitCapture implements Capture {

  private final Transport transport;
  private final CapturePlan plan;
  private final List<Channel> listeners = new ArrayList<>();
  private final Map<String, InetSocketAddress> outbound = new LinkedHashMap<>();
  private final Map<String, InetSocketAddress> inbound = new LinkedHashMap<>();

  public ExplicitCapture(Transport transport, CapturePlan plan) {
    this.transport = transport;
    this.plan = plan;
  }

  @Override
  public List<String> start(Sink sink) {
    var problems = new ArrayList<String>();
    for (var entry : plan.outbound()) {
      String name = entry.workload() + "→" + PortsFile.text(entry.destination());
      listen(
          new Listener(name, entry.listen(), outbound),
          problems,
          channel ->
              sink.outbound(new CapturedOutbound(channel, entry.workload(), entry.destination())));
    }
    for (var entry : plan.inbound()) {
      listen(
          new Listener(entry.workload() + ":" + entry.port(), entry.listen(), inbound),
          problems,
          channel ->
              sink.inbound(
                  new CapturedInbound(
                      channel,
                      entry.workload(),
                      new InetSocketAddress(entry.listen().getAddress(), entry.port()))));
    }
    return problems;
  }

  private record Listener(
      String name, InetSocketAddress address, Map<String, InetSocketAddress> group) {}

  private void listen(Listener listener, List<String> problems, Consumer<Channel> accepted) {
    ChannelFuture bound =
        transport
            .bootstrapServer()
            .childHandler(new Accepting(accepted))
            .bind(listener.address())
            .awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      problems.add(
          "cannot listen on "
              + PortsFile.text(listener.address())
              + " for `"
              + listener.name()
              + "`: "
              + cause.getMessage());
      return;
    }
    listeners.add(bound.channel());
    listener.group().put(listener.name(), (InetSocketAddress) bound.channel().localAddress());
  }

  @Override
  public Dial application(
      Workload workload, InetSocketAddress destination, InetSocketAddress client) {
    for (var entry : plan.inbound()) {
      if (entry.workload().equals(workload.key()) && entry.port() == destination.getPort()) {
        return Dial.to(entry.app());
      }
    }
    return Dial.to(destination);
  }

  /// Pods share the namespace of the proxy here, and are told apart by their addresses.
  @Override
  public Departure departure(Workload workload, InetAddress destination) {
    var own = workload.addresses();
    InetAddress source =
        own.stream()
            .filter(address -> address.getClass() == destination.getClass())
            .findFirst()
            .orElseGet(own::getFirst);
    return new Departure(Sockets.own(), source);
  }

  @Override
  public Map<String, InetSocketAddress> outboundListeners() {
    return Collections.unmodifiableMap(outbound);
  }

  @Override
  public Map<String, InetSocketAddress> inboundListeners() {
    return Collections.unmodifiableMap(inbound);
  }

  @Override
  public void close() {
    listeners.forEach(Listeners::retire);
  }
}
