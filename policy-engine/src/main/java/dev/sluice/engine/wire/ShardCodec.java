package dev.sluice.engine.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.schemas.bundle.v1.Shard;
import java.io.IOException;
import java.util.Arrays;

/// Turns a {@link PolicyShard} into bytes and back.
///
/// Equal shards have equal bytes, and bytes that decode are exactly those that encoding yields:
/// there is one representation, so a digest of the bytes is a digest of the meaning. Nothing that
/// is not understood is skipped, because a dropped constraint changes what is allowed.
public final class ShardCodec {

  /// Largest shard, in bytes: 64 MiB.
  public static final int MAX_BYTES = 64 << 20;

  /// Deepest nesting of a condition.
  public static final int MAX_DEPTH = 32;

  /// Nested messages: a level of a condition takes two, and what surrounds it fewer than twenty.
  private static final int MAX_MESSAGE_DEPTH = 2 * MAX_DEPTH + 20;

  private ShardCodec() {}

  /// What bytes amount to.
  public sealed interface Decoded {
    /// A shard that is understood completely.
    record Shard(PolicyShard shard) implements Decoded {}

    /// Bytes that are not a shard, or one this reader does not understand completely.
    record Malformed(String reason) implements Decoded {}
  }

  /// The bytes of a shard.
  ///
  /// @throws IllegalArgumentException when the shard is larger than {@link #MAX_BYTES} or nested
  ///   deeper than {@link #MAX_DEPTH}
  public static byte[] encode(PolicyShard shard) {
    Shard message = ShardWriter.shard(shard);
    int size = message.getSerializedSize();
    if (size > MAX_BYTES) {
      throw new IllegalArgumentException("shard of " + size + " bytes exceeds " + MAX_BYTES);
    }
    return bytes(message);
  }

  /// Reads a shard; never throws on any input.
  public static Decoded decode(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      return new Decoded.Malformed(bytes.length + " bytes exceed " + MAX_BYTES);
    }
    try {
      Shard message = parse(bytes);
      UnknownFields.refuse(message);
      PolicyShard shard = ShardReader.shard(message);
      return Arrays.equals(bytes(ShardWriter.shard(shard)), bytes)
          ? new Decoded.Shard(shard)
          : new Decoded.Malformed("the encoding is not canonical");
    } catch (InvalidProtocolBufferException notProtobuf) {
      return new Decoded.Malformed("not a shard: " + notProtobuf.getMessage());
    } catch (MalformedException malformed) {
      return new Decoded.Malformed(malformed.reason());
    }
  }

  private static Shard parse(byte[] bytes) throws InvalidProtocolBufferException {
    CodedInputStream input = CodedInputStream.newInstance(bytes);
    input.setRecursionLimit(MAX_MESSAGE_DEPTH);
    try {
      Shard message = Shard.parseFrom(input);
      input.checkLastTagWas(0);
      return message;
    } catch (InvalidProtocolBufferException malformed) {
      throw malformed;
    } catch (IOException impossible) {
      throw new IllegalStateException("reading an array", impossible);
    }
  }

  private static byte[] bytes(Message message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    output.useDeterministicSerialization();
    try {
      message.writeTo(output);
    } catch (IOException impossible) {
      throw new IllegalStateException("writing an array", impossible);
    }
    output.checkNoSpaceLeft();
    return bytes;
  }
}
