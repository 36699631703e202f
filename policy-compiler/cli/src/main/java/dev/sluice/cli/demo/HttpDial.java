package dev.sluice.cli.demo;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One HTTP/1.1 connection over a plain socket, so that its source address, its life and its end
/// are exactly the caller's.
final class HttpDial implements Closeable {

  private static final int MOST_LINE = 16 * 1024;
  private static final int MOST_BODY = 16 * 1024 * 1024;

  /// An answer; header names are in lower case.
  record Reply(int status, Map<String, String> headers, String body) {}

  private final Socket socket;
  private final InputStream in;
  private final String authority;

  private HttpDial(Socket socket, String authority) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.authority = authority;
  }

  /// Connects from `source` (any address when null); `timeout` holds for connecting and reading.
  static HttpDial open(
      @Nullable InetAddress source, InetSocketAddress to, String authority, Duration timeout)
      throws IOException {
    var socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) timeout.toMillis());
      if (source != null) {
        socket.bind(new InetSocketAddress(source, 0));
      }
      socket.connect(to, (int) timeout.toMillis());
      return new HttpDial(socket, authority);
    } catch (IOException unreachable) {
      socket.close();
      throw unreachable;
    }
  }

  /// Sends a request and reads its answer.
  Reply exchange(HttpCall call) throws IOException {
    var head = new StringBuilder();
    head.append(call.method()).append(' ').append(call.path()).append(" HTTP/1.1\r\n");
    head.append("host: ").append(authority).append("\r\n");
    call.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    byte[] body = call.body().getBytes(StandardCharsets.UTF_8);
    if (body.length > 0) {
      head.append("content-type: application/json\r\n");
      head.append("content-length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n").append(call.body());
    socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.UTF_8));
    return read();
  }

  private Reply read() throws IOException {
    String status = line();
    String[] parts = status.split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.")) {
      throw new IOException("not an HTTP answer: `" + TextTable.cut(status, 80) + "`");
    }
    var headers = new TreeMap<String, String>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return new Reply(Integer.parseInt(parts[1]), headers, body(parts[1], headers));
  }

  private String body(String status, Map<String, String> headers) throws IOException {
    if (status.equals("204") || status.equals("304")) {
      return "";
    }
    if (headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      return chunks();
    }
    String length = headers.get("content-length");
    byte[] body =
        length == null
            ? in.readNBytes(MOST_BODY)
            : exactly(Math.min(Integer.parseInt(length), MOST_BODY));
    return new String(body, StandardCharsets.UTF_8);
  }

  private String chunks() throws IOException {
    var text = new StringBuilder();
    while (true) {
      String line = line();
      int end = line.indexOf(';');
      int size = Integer.parseInt(end < 0 ? line : line.substring(0, end), 16);
      if (size == 0) {
        while (!line().isEmpty()) {
          // trailers are of no interest
        }
        return text.toString();
      }
      if (size > MOST_BODY - text.length()) {
        throw new IOException("the answer is too large");
      }
      text.append(new String(exactly(size), StandardCharsets.UTF_8));
      line();
    }
  }

  private byte[] exactly(int size) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("connection closed");
    }
    return bytes;
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("connection closed");
      }
      if (next == '\n') {
        return line.toString();
      }
      if (next != '\r') {
        line.append((char) next);
      }
      if (line.length() > MOST_LINE) {
        throw new IOException("the answer's head is too large");
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
