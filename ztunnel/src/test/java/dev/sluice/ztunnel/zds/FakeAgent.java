package dev.sluice.ztunnel.zds;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.schemas.zds.AddWorkload;
import dev.sluice.schemas.zds.DelWorkload;
import dev.sluice.schemas.zds.KeepWorkload;
import dev.sluice.schemas.zds.SnapshotSent;
import dev.sluice.schemas.zds.Version;
import dev.sluice.schemas.zds.WorkloadInfo;
import dev.sluice.schemas.zds.WorkloadRequest;
import dev.sluice.schemas.zds.WorkloadResponse;
import dev.sluice.schemas.zds.ZdsHello;
import dev.sluice.ztunnel.linux.SeqpacketListener;
import dev.sluice.ztunnel.linux.SeqpacketSocket;
import dev.sluice.ztunnel.linux.SeqpacketSocket.Received;
import dev.sluice.ztunnel.linux.TestNamespaces;
import java.nio.file.Path;
import java.util.List;

/// The node's agent of a test: says what the test wants said, in lock-step.
public final class FakeAgent implements AutoCloseable {

  private static final int ROOM = 4_096;

  private final SeqpacketListener listener;

  public FakeAgent(Path path) {
    listener = new SeqpacketListener(path);
  }

  /// One connection of the proxy, after its hello.
  public Line accept() {
    SeqpacketSocket socket = listener.accept();
    try {
      if (socket.receive(ROOM) instanceof Received.Packet packet
          && ZdsHello.parseFrom(packet.bytes()).getVersion() == Version.V1) {
        return new Line(socket);
      }
    } catch (InvalidProtocolBufferException malformed) {
      throw new AssertionError(malformed);
    }
    throw new AssertionError("no hello");
  }

  /// What the agent says on one connection; every answer is the error in the proxy's, or empty.
  public record Line(SeqpacketSocket socket) implements AutoCloseable {

    public String add(String uid, String name) {
      try (var namespace = TestNamespaces.own()) {
        return ask(addition(uid, name), List.of(namespace.descriptor()));
      }
    }

    public String keep(String uid) {
      var keep = KeepWorkload.newBuilder().setUid(uid);
      return ask(WorkloadRequest.newBuilder().setKeep(keep).build(), List.of());
    }

    public String delete(String uid) {
      var delete = DelWorkload.newBuilder().setUid(uid);
      return ask(WorkloadRequest.newBuilder().setDel(delete).build(), List.of());
    }

    public String snapshotSent() {
      var sent = SnapshotSent.getDefaultInstance();
      return ask(WorkloadRequest.newBuilder().setSnapshotSent(sent).build(), List.of());
    }

    public String ask(WorkloadRequest request, List<Integer> descriptors) {
      return ask(request.toByteArray(), descriptors);
    }

    public String ask(byte[] packet, List<Integer> descriptors) {
      say(packet, descriptors);
      return answer();
    }

    public void say(byte[] packet, List<Integer> descriptors) {
      socket
          .send(packet, descriptors)
          .ifPresent(failure -> {
            throw new AssertionError(failure);
          });
    }

    public String answer() {
      try {
        if (socket.receive(ROOM) instanceof Received.Packet packet) {
          return WorkloadResponse.parseFrom(packet.bytes()).getAck().getError();
        }
      } catch (InvalidProtocolBufferException malformed) {
        throw new AssertionError(malformed);
      }
      throw new AssertionError("no answer");
    }

    /// Whether the proxy has hung up.
    public boolean isOver() {
      return socket.receive(ROOM) instanceof Received.End;
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  /// A pod `shop/<name>`.
  public static WorkloadRequest addition(String uid, String name) {
    var info =
        WorkloadInfo.newBuilder().setName(name).setNamespace("shop").setServiceAccount("account");
    return WorkloadRequest.newBuilder()
        .setAdd(AddWorkload.newBuilder().setUid(uid).setWorkloadInfo(info))
        .build();
  }

  @Override
  public void close() {
    listener.close();
  }
}
