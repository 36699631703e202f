package dev.sluice.runtime.discovery.wire;

import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryRequest;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// One stream to a discovery server, for one thread that takes what happens on it and sends.
///
/// The server may send one response at a time: the next is asked for with [#next]. So no more than
/// one response, one wake-up and one end are ever queued.
final class DeltaStream implements AutoCloseable {

  /// What happens on a stream.
  sealed interface Event {

    /// The server sent a response.
    record Received(DeltaDiscoveryResponse response) implements Event {}

    /// Somebody has something to send.
    record Woken() implements Event {}

    /// It is over; `cause` is OK when the server ended it.
    record Ended(Status cause) implements Event {}
  }

  private final ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();

  private DeltaStream(ClientCall<DeltaDiscoveryRequest, DeltaDiscoveryResponse> call) {
    this.call = call;
  }

  static DeltaStream open(Channel channel) {
    var stream = new DeltaStream(channel.newCall(DiscoveryService.DELTA, CallOptions.DEFAULT));
    stream.call.start(stream.new Listener(), new Metadata());
    stream.next();
    return stream;
  }

  private final class Listener extends ClientCall.Listener<DeltaDiscoveryResponse> {
    @Override
    public void onMessage(DeltaDiscoveryResponse response) {
      events.add(new Event.Received(response));
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      events.add(new Event.Ended(status));
    }
  }

  /// Waits for what happens next.
  Event take() throws InterruptedException {
    Event event = events.take();
    if (event instanceof Event.Woken) {
      woken.set(false);
    }
    return event;
  }

  /// Asks for the next response.
  void next() {
    call.request(1);
  }

  void send(DeltaDiscoveryRequest request) {
    call.sendMessage(request);
  }

  /// Makes the thread look what there is to send; from any thread.
  void wake() {
    if (woken.compareAndSet(false, true)) {
      events.add(new Event.Woken());
    }
  }

  @Override
  public void close() {
    call.cancel("closed", null);
  }
}
