package dev.sluice.runtime.hbone;

import dev.sluice.runtime.identity.WorkloadCertificate;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// A peer with a certificate of the mesh that writes HTTP/2 frames byte by byte, right or wrong.
///
/// TLS is the JDK's and the frames are made here: nothing is shared with what is tested.
final class RawPeer implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int PRIORITY = 2;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PUSH_PROMISE = 5;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int NO_FLAGS = 0;
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  static final byte[] CONNECT = block(":method", "CONNECT", ":authority", "10.0.0.1:8080");

  /// A frame as received.
  static final class Frame {
    private final int type;
    private final int flags;
    private final int stream;
    private final byte[] payload;

    Frame(int type, int flags, int stream, byte[] payload) {
      this.type = type;
      this.flags = flags;
      this.stream = stream;
      this.payload = payload;
    }

    int type() {
      return type;
    }

    int flags() {
      return flags;
    }

    int stream() {
      return stream;
    }

    byte[] payload() {
      return payload;
    }

    /// The error code of RST_STREAM or GOAWAY.
    int error() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }
  }

  private final Socket socket;
  private final OutputStream out;
  private final DataInputStream in;

  private RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /// Connects and sends the preface and empty SETTINGS.
  static RawPeer open(InetSocketAddress server, WorkloadCertificate own) throws IOException {
    RawPeer peer = secure(server, own);
    peer.preface();
    peer.send(SETTINGS, NO_FLAGS, 0);
    return peer;
  }

  /// Connects and completes the handshake only.
  static RawPeer secure(InetSocketAddress server, WorkloadCertificate own) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(new X509Certificate[0]));
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      context.init(keys.getKeyManagers(), new TrustManager[] {new Anyone()}, null);
      SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
      socket.setSoTimeout(10_000);
      socket.connect(server);
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return new RawPeer(socket);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private static final class Anyone implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  void preface() throws IOException {
    raw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  void send(int type, int flags, int stream, byte... payload) throws IOException {
    raw(frame(type, flags, stream, payload));
  }

  static byte[] frame(int type, int flags, int stream, byte... payload) {
    return header(payload.length, type, flags, stream).put(payload).array();
  }

  /// A frame header that claims `length` bytes of payload, with room for that many up to 1 KiB.
  static ByteBuffer header(int length, int type, int flags, int stream) {
    return ByteBuffer.allocate(9 + length)
        .put((byte) (length >> 16))
        .putShort((short) length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream);
  }

  /// Opens the stream with a well-formed CONNECT.
  void connect(int stream) throws IOException {
    send(HEADERS, END_HEADERS, stream, CONNECT);
  }

  /// A header block of literals without indexing; RFC 7541 §6.2.2.
  static byte[] block(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      string(block, namesAndValues[i]);
      string(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  /// A literal that enters the dynamic table; RFC 7541 §6.2.1.
  static byte[] indexed(String name, String value) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(0x40);
    string(block, name);
    string(block, value);
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    int length = bytes.length;
    if (length < 127) {
      block.write(length);
    } else {
      block.write(127);
      length -= 127;
      while (length >= 128) {
        block.write(length % 128 + 128);
        length /= 128;
      }
      block.write(length);
    }
    block.writeBytes(bytes);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /// The payload of SETTINGS with one setting.
  static byte[] setting(int id, int value) {
    return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
  }

  /// The next frame.
  Frame read() throws IOException {
    int head = in.readInt();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & Integer.MAX_VALUE;
    byte[] payload = in.readNBytes(head >>> 8);
    return new Frame(head & 0xff, flags, stream, payload);
  }

  /// The next frame of this type.
  Frame read(int type) throws IOException {
    Frame frame = read();
    while (frame.type() != type) {
      frame = read();
    }
    return frame;
  }

  /// Reads until the other end closes; the error of its GOAWAY, or -1.
  int errorAtEnd() {
    int error = -1;
    try {
      while (true) {
        Frame frame = read();
        if (frame.type() == GOAWAY && frame.payload().length >= 8) {
          error = frame.error();
        }
      }
    } catch (java.net.SocketTimeoutException open) {
      throw new AssertionError("the connection is still open", open);
    } catch (IOException closed) {
      return error;
    }
  }

  /// Whether a PING is answered: the connection lives.
  boolean isServed() throws IOException {
    send(PING, NO_FLAGS, 0, new byte[8]);
    Frame frame = read(PING);
    return frame.flags() == ACK;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
