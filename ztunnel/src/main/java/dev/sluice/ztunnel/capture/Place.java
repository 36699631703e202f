package dev.sluice.ztunnel.capture;

import dev.sluice.ztunnel.linux.NetworkNamespace;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import java.util.function.Supplier;

/// A network namespace that sockets are made in.
interface Place {

  /// Makes a socket there.
  ///
  /// @throws ChannelException when there is none to be had, or the place is gone
  <T extends Channel> T make(Supplier<T> socket);

  /// The namespace the proxy runs in, as in dedicated mode.
  enum Here implements Place {
    HERE;

    @Override
    public <T extends Channel> T make(Supplier<T> socket) {
      return socket.get();
    }
  }

  /// A pod's.
  record InPod(NetworkNamespace namespace) implements Place {
    @Override
    public <T extends Channel> T make(Supplier<T> socket) {
      return switch (namespace.visit(socket)) {
        case NetworkNamespace.Visit.Done<T>(var made) -> made;
        case NetworkNamespace.Visit.Failed<T>(var failure) ->
            throw new ChannelException(failure.toString());
      };
    }
  }

  /// Where a pod was that has left; nothing can be made there.
  record Left(String workload) implements Place {
    @Override
    public <T extends Channel> T make(Supplier<T> socket) {
      throw new ChannelException("pod `" + workload + "` is not captured any more");
    }
  }
}
