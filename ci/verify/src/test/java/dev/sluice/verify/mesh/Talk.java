package dev.sluice.verify.mesh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// One connection of a client that knows nothing of the mesh: plain HTTP/1.1 over TCP.
final class Talk implements AutoCloseable {

  /// What came back: the status, or 0 when the connection ended without an answer.
  record Answer(int status, String body) {
    static final Answer CUT = new Answer(0, "");
  }

  private static final int PATIENCE_MS = 10_000;

  private final Socket socket;

  private Talk(Socket socket) {
    this.socket = socket;
  }

  /// Connects. A connection that a proxy accepts and resets may end within `connect` already: it
  /// answers every request with [Answer#CUT]. One that nobody accepts is an error.
  static Talk open(String from, InetSocketAddress to) throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
    try {
      socket.connect(to, PATIENCE_MS);
    } catch (ConnectException nobody) {
      throw nobody;
    } catch (SocketException reset) {
      socket.close();
    }
    return new Talk(socket);
  }

  /// Sends a request and reads its answer; the connection stays open.
  Answer ask(String method, String path, Map<String, String> headers) {
    var text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    if (!headers.containsKey("Host")) {
      text.append("Host: test.shop\r\n");
    }
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    if (method.equals("POST")) {
      text.append("Content-Length: 0\r\n");
    }
    try {
      socket
          .getOutputStream()
          .write(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      return read(socket.getInputStream());
    } catch (java.net.SocketTimeoutException silent) {
      throw new AssertionError("no answer to " + method + " " + path, silent);
    } catch (IOException cut) {
      return Answer.CUT;
    }
  }

  /// Sends text, ends its half and returns all that comes back.
  String echo(String text) throws IOException {
    var writer =
        Thread.startVirtualThread(() -> {
          try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
          } catch (IOException seenByTheReader) {
            // less comes back than was sent
          }
        });
    String back = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    try {
      writer.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return back;
  }

  private static Answer read(InputStream input) throws IOException {
    String status = line(input);
    if (status.isEmpty()) {
      return Answer.CUT;
    }
    int length = 0;
    boolean chunked = false;
    for (String header = line(input); !header.isEmpty(); header = line(input)) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      }
      chunked |= lower.startsWith("transfer-encoding:") && lower.endsWith("chunked");
    }
    byte[] body = chunked ? chunks(input) : input.readNBytes(length);
    return new Answer(
        Integer.parseInt(status.split(" ", -1)[1]), new String(body, StandardCharsets.UTF_8));
  }

  private static byte[] chunks(InputStream input) throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = Integer.parseInt(line(input), 16);
        size > 0;
        size = Integer.parseInt(line(input), 16)) {
      body.write(input.readNBytes(size));
      line(input);
    }
    line(input);
    return body.toByteArray();
  }

  private static String line(InputStream input) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = input.read(); c >= 0 && c != '\n'; c = input.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
