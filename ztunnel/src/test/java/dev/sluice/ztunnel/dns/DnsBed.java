package dev.sluice.ztunnel.dns;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.NetworkAddress;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.Sockets;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.telemetry.DnsMetrics;
import dev.sluice.runtime.telemetry.MeshMetrics;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// A DNS proxy for the pod `shop/web`, with an upstream server that a test scripts.
final class DnsBed implements AutoCloseable {

  static final Duration ATTEMPT = Duration.ofMillis(300);

  final FakeServer server;
  final LiveMesh mesh = new LiveMesh(mesh());
  final MeshMetrics metrics = MeshMetrics.of("ztunnel", "test");
  final AtomicLong ahead = new AtomicLong();
  private final Transport transport = Transport.start(2);
  private final DnsListeners listeners;

  DnsBed() throws IOException {
    this(DnsSettings.Families.BOTH);
  }

  DnsBed(DnsSettings.Families families) throws IOException {
    server = new FakeServer("127.0.0.1");
    listeners = listen(families, List.of(server.address()));
  }

  DnsBed(List<InetSocketAddress> before) throws IOException {
    server = new FakeServer("127.0.0.1");
    var servers = new ArrayList<>(before);
    servers.add(server.address());
    listeners = listen(DnsSettings.Families.BOTH, servers);
  }

  private DnsListeners listen(DnsSettings.Families families, List<InetSocketAddress> servers) {
    var settings =
        new DnsSettings(
            DnsSettings.Mode.ON,
            Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            Path.of("/nonexistent"),
            "cluster.local",
            families);
    var loop = transport.loops().next();
    Ticker ticker = () -> System.nanoTime() + ahead.get();
    var forwarder =
        new Forwarder(new Upstream(loop, Sockets.own(), ATTEMPT), () -> servers, ticker);
    var resolver =
        new WorkloadResolver(
            new WorkloadResolver.Shared(mesh, settings, new DnsMetrics(metrics)),
            new WorkloadResolver.Client("shop", "web", List.of()),
            loop,
            forwarder);
    return switch (DnsListeners.open(transport, Sockets.own(), resolver, settings.addresses())) {
      case DnsProxy.Opened.Listening(var opened) -> opened;
      case DnsProxy.Opened.Failed(var reason) -> throw new AssertionError(reason);
    };
  }

  InetSocketAddress address() {
    return listeners.addresses().getFirst();
  }

  Transport transport() {
    return transport;
  }

  private static NetworkAddress at(String address) {
    return new NetworkAddress("", InetAddress.ofLiteral(address));
  }

  private static Workload pod(String name, Map<String, Map<Integer, Integer>> services) {
    int last =
        switch (name) {
          case "web" -> 1;
          case "db-0" -> 10;
          case "db-1" -> 11;
          default -> 12;
        };
    return Workload.of("uid-" + name, name, SpiffeId.of("cluster.local", "shop", name))
        .addresses(
            List.of(
                InetAddress.ofLiteral("10.0.0." + last), InetAddress.ofLiteral("fd00::" + last)))
        .services(services)
        .health(name.equals("db-2") ? Workload.Health.UNHEALTHY : Workload.Health.HEALTHY)
        .origin(new Workload.Origin("", name, "v1", name, "pod", Workload.Locality.unknown()))
        .build();
  }

  private static StaticMesh mesh() {
    var db = Map.of("shop/db.shop.svc.cluster.local", Map.of(5432, 5432));
    return StaticMesh.of(
        "",
        List.of(pod("web", Map.of()), pod("db-0", db), pod("db-1", db), pod("db-2", db)),
        services(Map.of(80, 8080)),
        List.of());
  }

  private static List<Service> services(Map<Integer, Integer> ports) {
    return List.of(
        Service.of("api", "shop", "api.shop.svc.cluster.local")
            .vips(List.of(at("10.96.0.10"), at("fd01::10")))
            .ports(ports)
            .build(),
        Service.of("api", "other", "api.other.svc.cluster.local")
            .vips(List.of(at("10.96.0.20")))
            .ports(ports)
            .build(),
        Service.of("secret", "other", "secret.other.svc.cluster.local")
            .vips(List.of(at("10.96.0.21")))
            .ports(ports)
            .visibility(Service.Visibility.NAMESPACE)
            .build(),
        Service.of("elsewhere", "shop", "elsewhere.shop.svc.cluster.local")
            .vips(List.of(new NetworkAddress("remote", InetAddress.ofLiteral("10.97.0.1"))))
            .ports(ports)
            .build(),
        Service.of("db", "shop", "db.shop.svc.cluster.local").ports(ports).build(),
        Service.of("empty", "shop", "empty.shop.svc.cluster.local").ports(ports).build(),
        Service.of("www", "shop", "www.example.com")
            .vips(List.of(at("240.0.0.1")))
            .ports(ports)
            .build(),
        Service.of("wild", "shop", "*.wild.example.com")
            .vips(List.of(at("240.0.0.2")))
            .ports(ports)
            .build(),
        Service.of("dynamic", "shop", "dynamic.example.com").ports(ports).build(),
        Service.of("large", "shop", "large.example.com")
            .vips(IntStream.range(1, 100).mapToObj(i -> at("240.1.0." + i)).toList())
            .ports(ports)
            .build());
  }

  /// Asks by datagram.
  Messages.Read ask(byte[] query) throws IOException {
    return Messages.read(askBytes(query));
  }

  byte[] askBytes(byte[] query) throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.setSoTimeout(10_000);
      socket.connect(address());
      socket.send(new DatagramPacket(query, query.length));
      var packet = new DatagramPacket(new byte[65_535], 65_535);
      socket.receive(packet);
      return Arrays.copyOf(packet.getData(), packet.getLength());
    }
  }

  Messages.Read ask(String name, int type) throws IOException {
    return ask(Messages.query(7, name, type));
  }

  /// Asks on a stream.
  Messages.Read askByStream(byte[] query) throws IOException {
    try (var socket = stream()) {
      send(socket, query);
      return receive(socket);
    }
  }

  Socket stream() throws IOException {
    var socket = new Socket(address().getAddress(), address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  static void send(Socket socket, byte[] query) throws IOException {
    var out = new DataOutputStream(socket.getOutputStream());
    out.writeShort(query.length);
    out.write(query);
    out.flush();
  }

  static Messages.Read receive(Socket socket) throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    return Messages.read(in.readNBytes(in.readUnsignedShort()));
  }

  String scraped() throws IOException {
    var out = new ByteArrayOutputStream();
    metrics.exposition(null).writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    listeners.close();
    transport.close();
    server.close();
  }
}
