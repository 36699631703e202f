package dev.sluice.runtime.hbone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// An application behind the mesh: hands out the sockets it accepts.
final class App implements AutoCloseable {

  @FunctionalInterface
  interface Serving {
    void serve(Socket socket) throws IOException;
  }

  private final ServerSocket listener;
  private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();

  App() throws IOException {
    this(socket -> {});
  }

  App(Serving serving) throws IOException {
    listener = new ServerSocket(0, 200, java.net.InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> run(serving));
  }

  static App echo() throws IOException {
    return new App(socket -> {
      socket.getInputStream().transferTo(socket.getOutputStream());
      socket.shutdownOutput();
    });
  }

  private void run(Serving serving) {
    try {
      while (true) {
        Socket socket = listener.accept();
        socket.setSoTimeout(20_000);
        accepted.add(socket);
        Thread.ofVirtual()
            .start(() -> {
              try {
                serving.serve(socket);
              } catch (IOException e) {
                // The test sees it at the other end.
                accepted.remove(socket);
              }
            });
      }
    } catch (IOException e) {
      if (!listener.isClosed()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  Socket accepted() throws InterruptedException {
    Socket socket = accepted.poll(20, TimeUnit.SECONDS);
    if (socket == null) {
      throw new IllegalStateException("nobody connected");
    }
    return socket;
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
