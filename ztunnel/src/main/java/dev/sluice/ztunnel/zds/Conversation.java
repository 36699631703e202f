package dev.sluice.ztunnel.zds;

import dev.sluice.ztunnel.linux.Descriptors;
import dev.sluice.ztunnel.linux.NetworkNamespace;
import dev.sluice.ztunnel.linux.SeqpacketSocket.Received;
import dev.sluice.ztunnel.workload.Pod;
import dev.sluice.ztunnel.workload.PodEvents;
import dev.sluice.ztunnel.zds.wire.Request;
import dev.sluice.ztunnel.zds.wire.ZdsCodec;
import dev.sluice.ztunnel.zds.wire.ZdsCodec.Decoded;
import java.util.List;

/// What one connection of the agent has said so far: first a snapshot, then one change after
/// another.
///
/// Every descriptor that comes in is either handed on with its pod or closed here. Not safe for use
/// by several threads.
final class Conversation {

  private final PodEvents events;
  private boolean snapshotComplete;

  Conversation(PodEvents events) {
    this.events = events;
  }

  /// Acts upon a packet; returns what to answer.
  Reply answer(Received.Packet packet) {
    List<Integer> descriptors = packet.descriptors();
    return switch (ZdsCodec.decode(packet.bytes())) {
      case Decoded.Malformed(var reason) -> refuse(descriptors, reason);
      case Decoded.Asked(Request.Add add) ->
          descriptors.size() == 1
              ? add(add, descriptors.getFirst())
              : refuse(
                  descriptors,
                  "a pod comes with one network namespace, not with " + descriptors.size());
      case Decoded.Asked(var request) when !descriptors.isEmpty() ->
          refuse(descriptors, "unexpected descriptor with " + request.getClass().getSimpleName());
      case Decoded.Asked(Request.Keep(var uid)) -> keep(uid);
      case Decoded.Asked(Request.Delete(var uid)) -> {
        events.removed(uid);
        yield new Reply.Done();
      }
      case Decoded.Asked(Request.SnapshotSent()) -> complete();
    };
  }

  private static Reply refuse(List<Integer> descriptors, String reason) {
    descriptors.forEach(Descriptors::close);
    return new Reply.Violation(reason);
  }

  private Reply add(Request.Add add, int descriptor) {
    return switch (NetworkNamespace.ofDescriptor(descriptor)) {
      // Of this pod only: the namespace of a pod that ends can be gone before it is announced.
      case NetworkNamespace.Opened.Failed(var failure) -> new Reply.Failed(failure.message());
      case NetworkNamespace.Opened.Open(var network) ->
          added(
              events.added(
                  new Pod(add.uid(), add.namespace(), add.name(), add.serviceAccount(), network)));
    };
  }

  private static Reply added(PodEvents.Added added) {
    return switch (added) {
      case PodEvents.Added.Serving() -> new Reply.Done();
      case PodEvents.Added.Pending(var reason) -> new Reply.Failed(reason);
    };
  }

  private Reply keep(String uid) {
    if (snapshotComplete) {
      return new Reply.Violation("pods are kept in a snapshot only");
    }
    events.kept(uid);
    return new Reply.Done();
  }

  private Reply complete() {
    if (snapshotComplete) {
      return new Reply.Violation("a second snapshot on one connection");
    }
    snapshotComplete = true;
    events.snapshotComplete();
    return new Reply.Done();
  }
}
