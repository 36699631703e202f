package dev.sluice.ztunnel.zds.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.schemas.zds.Ack;
import dev.sluice.schemas.zds.AddWorkload;
import dev.sluice.schemas.zds.Version;
import dev.sluice.schemas.zds.WorkloadInfo;
import dev.sluice.schemas.zds.WorkloadRequest;
import dev.sluice.schemas.zds.WorkloadResponse;
import dev.sluice.schemas.zds.ZdsHello;
import java.util.function.IntPredicate;

/// Reads and writes the packets of the agent's protocol.
public final class ZdsCodec {

  /// Bytes in a packet, at most. Source: ztunnel's receive buffer.
  public static final int MOST_BYTES = 1_024;

  private static final int MOST_NAME_CHARACTERS = 253;
  private static final int MOST_ERROR_CHARACTERS = 256;

  /// What a packet says.
  public sealed interface Decoded {

    /// A request that can be acted upon.
    record Asked(Request request) implements Decoded {}

    /// Nothing of the packet is used.
    record Malformed(String reason) implements Decoded {}
  }

  private ZdsCodec() {}

  /// Reads a request.
  public static Decoded decode(byte[] packet) {
    if (packet.length > MOST_BYTES) {
      return new Decoded.Malformed("more than " + MOST_BYTES + " bytes");
    }
    WorkloadRequest request;
    try {
      request = WorkloadRequest.parseFrom(packet);
    } catch (InvalidProtocolBufferException invalid) {
      return new Decoded.Malformed("not a request");
    }
    return switch (request.getPayloadCase()) {
      case ADD -> add(request.getAdd());
      case KEEP -> keep(request.getKeep().getUid());
      case DEL -> delete(request.getDel().getUid());
      case SNAPSHOT_SENT -> new Decoded.Asked(new Request.SnapshotSent());
      case PAYLOAD_NOT_SET -> new Decoded.Malformed("a request without a known payload");
    };
  }

  private static Decoded add(AddWorkload add) {
    if (!add.hasWorkloadInfo()) {
      return new Decoded.Malformed("missing `workload_info`");
    }
    WorkloadInfo info = add.getWorkloadInfo();
    if (!isUid(add.getUid())) {
      return noUid();
    }
    if (!isName(info.getNamespace()) || !isName(info.getName())) {
      return new Decoded.Malformed("`workload_info` does not name a pod");
    }
    if (!isName(info.getServiceAccount())) {
      return new Decoded.Malformed("`service_account` is no name");
    }
    return new Decoded.Asked(
        new Request.Add(
            add.getUid(), info.getNamespace(), info.getName(), info.getServiceAccount()));
  }

  private static Decoded keep(String uid) {
    return isUid(uid) ? new Decoded.Asked(new Request.Keep(uid)) : noUid();
  }

  private static Decoded delete(String uid) {
    return isUid(uid) ? new Decoded.Asked(new Request.Delete(uid)) : noUid();
  }

  private static Decoded noUid() {
    return new Decoded.Malformed("`uid` is no UID");
  }

  // Names go into keys, log lines and certificate requests: what no cluster can hold stays out.
  private static boolean isName(String text) {
    return isMadeOf(text, c -> (c >= 'a' && c <= 'z') || isDigit(c) || c == '-' || c == '.');
  }

  private static boolean isUid(String text) {
    return isMadeOf(
        text,
        c ->
            (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || isDigit(c)
                || c == '-'
                || c == '_'
                || c == '.');
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isMadeOf(String text, IntPredicate characters) {
    return !text.isEmpty()
        && text.length() <= MOST_NAME_CHARACTERS
        && text.chars().allMatch(characters);
  }

  /// What the proxy says first.
  public static byte[] hello() {
    return ZdsHello.newBuilder().setVersion(Version.V1).build().toByteArray();
  }

  /// The answer to a request that was fulfilled.
  public static byte[] done() {
    return answer("");
  }

  /// The answer to a request that was not fulfilled; a long reason is cut to fit a packet.
  public static byte[] failed(String reason) {
    String text = reason.isEmpty() ? "unknown reason" : reason;
    return answer(
        text.length() <= MOST_ERROR_CHARACTERS ? text : text.substring(0, MOST_ERROR_CHARACTERS));
  }

  private static byte[] answer(String error) {
    return WorkloadResponse.newBuilder()
        .setAck(Ack.newBuilder().setError(error))
        .build()
        .toByteArray();
  }
}
