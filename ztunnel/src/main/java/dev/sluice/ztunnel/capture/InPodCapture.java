package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.Dial;
import dev.sluice.runtime.netty.Sockets;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.ztunnel.linux.NetworkNamespace;
import dev.sluice.ztunnel.workload.Pod;
import dev.sluice.ztunnel.workload.PodCapture;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Capture by listeners inside the network namespaces of pods, to which rules in the pod redirect
/// its traffic: 15001 takes what the pod dials, 15006 what is dialled to it in plaintext, and HBONE
/// comes to its own port.
///
/// What the proxy dials for a pod it dials from inside the pod, with a mark that the rules let
/// pass; the application sees the address of its client. Source: ztunnel's in-pod mode.
public final class InPodCapture implements Capture, PodCapture {

  /// Where a pod's rules lead what it dials.
  public static final int OUTBOUND_PORT = 15_001;

  /// Where a pod's rules lead the plaintext dialled to it.
  public static final int INBOUND_PORT = 15_006;

  /// Makes the listener for the HBONE of a workload.
  @FunctionalInterface
  public interface HboneListening {
    /// Listens on `address` with listeners of `transport`; blocks until it does or cannot.
    HboneServer.Bound listen(Transport transport, String workload, InetSocketAddress address);
  }

  /// What pods are captured with.
  ///
  /// @param hbonePort where HBONE is taken, in every pod
  /// @param onLeft told of the sockets of a pod that left, for whoever keeps connections made from
  ///   them
  /// @param beside what else listens in every pod
  public record Parts(
      Transport transport,
      PodSettings settings,
      int hbonePort,
      HboneListening hbone,
      Consumer<Sockets> onLeft,
      Optional<PodService> beside) {}

  private final Parts parts;
  private final Map<String, PodListeners> pods = new ConcurrentHashMap<>();
  private volatile @Nullable Sink sink;
  private volatile boolean closed;

  public InPodCapture(Parts parts) {
    this.parts = parts;
  }

  /// Pods may be captured from now on.
  @Override
  public List<String> start(Sink sink) {
    this.sink = sink;
    return List.of();
  }

  @Override
  public Captured capture(Pod pod) {
    // A descriptor of our own: connections that end with the pod may still ask for sockets.
    return switch (NetworkNamespace.ofSameAs(pod.network().descriptor())) {
      case NetworkNamespace.Opened.Failed(var failure) -> new Captured.Failed(failure.toString());
      case NetworkNamespace.Opened.Open(var namespace) -> {
        Captured captured = capture(pod.key(), new Place.InPod(namespace), namespace::close);
        if (captured instanceof Captured.Failed) {
          namespace.close();
        }
        yield captured;
      }
    };
  }

  /// Captures the workload `namespace/name` in the namespace the proxy runs in.
  public Captured captureHere(String workload) {
    return capture(workload, Place.Here.HERE, () -> {});
  }

  private Captured capture(String workload, Place place, Runnable whenClosed) {
    Sink to = sink;
    if (to == null || closed) {
      return new Captured.Failed("the proxy takes no pods " + (closed ? "any more" : "yet"));
    }
    var sockets = new PodSockets(place, parts.settings());
    var opening =
        new PodListeners.Opening(
            parts.transport().with(sockets),
            channel -> to.outbound(outbound(workload, channel)),
            channel -> to.inbound(inbound(workload, channel)));
    var listeners = new PodListeners(sockets, () -> left(workload, sockets, whenClosed));
    String problem = listeners.open(opening, parts, workload);
    if (!problem.isEmpty()) {
      listeners.abandon();
      return new Captured.Failed(problem);
    }
    pods.put(workload, listeners);
    if (closed) {
      listeners.drain();
    }
    return new Captured.Listening(listeners);
  }

  private static CapturedOutbound outbound(String workload, Channel channel) {
    return new CapturedOutbound(channel, workload, OriginalDestination.of(channel));
  }

  private static CapturedInbound inbound(String workload, Channel channel) {
    return new CapturedInbound(channel, workload, OriginalDestination.of(channel));
  }

  private void left(String workload, Sockets sockets, Runnable whenClosed) {
    // A pod of the same name may have taken its place already.
    pods.computeIfPresent(
        workload, (_, current) -> current.sockets().equals(sockets) ? null : current);
    parts.onLeft().accept(sockets);
    whenClosed.run();
  }

  @Override
  public Dial application(
      Workload workload, InetSocketAddress destination, InetSocketAddress client) {
    return new Dial(
        sockets(workload), destination, parts.settings().sourceFor(client, destination));
  }

  @Override
  public Departure departure(Workload workload, InetAddress destination) {
    return new Departure(sockets(workload), null);
  }

  private Sockets sockets(Workload workload) {
    PodListeners pod = pods.get(workload.key());
    // Never from the proxy's own namespace: nobody would know whose connection it is.
    return pod == null
        ? new PodSockets(new Place.Left(workload.key()), parts.settings())
        : pod.sockets();
  }

  @Override
  public Map<String, InetSocketAddress> outboundListeners() {
    return listeners(PodListeners::outbound);
  }

  @Override
  public Map<String, InetSocketAddress> inboundListeners() {
    return listeners(PodListeners::inbound);
  }

  private Map<String, InetSocketAddress> listeners(
      Function<PodListeners, InetSocketAddress> which) {
    var result = new LinkedHashMap<String, InetSocketAddress>();
    pods.forEach((workload, pod) -> result.put(workload, which.apply(pod)));
    return result;
  }

  /// Stops to listen in every pod; connections go on, and pods are not captured any more.
  @Override
  public void close() {
    closed = true;
    pods.values().forEach(PodListeners::drain);
  }
}
