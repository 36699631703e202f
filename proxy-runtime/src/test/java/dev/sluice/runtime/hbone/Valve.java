package dev.sluice.runtime.hbone;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A TCP forwarder that can stop to forward without closing anything, like a broken network.
final class Valve implements AutoCloseable {

  private final App front;
  private volatile boolean shut;

  Valve(InetSocketAddress to) throws IOException {
    front = new App(socket -> forward(socket, to));
  }

  InetSocketAddress address() {
    return front.address();
  }

  void shut() {
    shut = true;
  }

  private void forward(Socket socket, InetSocketAddress to) throws IOException {
    Socket back = new Socket(to.getAddress(), to.getPort());
    Thread.ofVirtual().start(() -> pump(back, socket));
    pump(socket, back);
  }

  private void pump(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] block = new byte[8192];
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        if (!shut) {
          out.write(block, 0, read);
        }
      }
    } catch (IOException e) {
      // One side was closed: the test is over.
      shut = true;
    }
  }

  @Override
  public void close() throws IOException {
    front.close();
  }
}
