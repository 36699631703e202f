package dev.sluice.runtime.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/// Describes gRPC methods whose messages are protobuf.
public final class ProtoMethod {

  private ProtoMethod() {}

  /// The method `name`, for example `package.Service/Method`.
  public static <Q extends Message, R extends Message> MethodDescriptor<Q, R> of(
      MethodType type, String name, Parser<Q> requests, Parser<R> responses) {
    return MethodDescriptor.<Q, R>newBuilder(
            new Marshaller<>(requests), new Marshaller<>(responses))
        .setType(type)
        .setFullMethodName(name)
        .build();
  }

  private record Marshaller<T extends Message>(Parser<T> parser)
      implements MethodDescriptor.Marshaller<T> {

    @Override
    public InputStream stream(T value) {
      return new ByteArrayInputStream(value.toByteArray());
    }

    @Override
    public T parse(InputStream stream) {
      try (stream) {
        return parser.parseFrom(stream);
      } catch (InvalidProtocolBufferException malformed) {
        throw Status.INTERNAL
            .withDescription("malformed message")
            .withCause(malformed)
            .asRuntimeException();
      } catch (IOException broken) {
        throw Status.UNAVAILABLE.withCause(broken).asRuntimeException();
      }
    }
  }
}
