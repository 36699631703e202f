package dev.sluice.ztunnel.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// An upstream server that says what the test wants said, on the same port for datagrams and
/// streams.
final class FakeServer implements AutoCloseable {

  /// Messages that answer a query, in order; none for silence.
  @FunctionalInterface
  interface Script {
    List<byte[]> answer(byte[] query);
  }

  /// A query as it came.
  @SuppressWarnings("ArrayRecordComponent")
  record Heard(byte[] query, int port, String protocol) {
    int id() {
      return (query[0] & 0xff) << 8 | (query[1] & 0xff);
    }
  }

  private final DatagramSocket datagrams;
  private final ServerSocket streams;
  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private volatile Script byDatagram = _ -> List.of();
  private volatile Script byStream = _ -> List.of();

  FakeServer(String address) throws IOException {
    var host = InetAddress.ofLiteral(address);
    streams = new ServerSocket(0, 50, host);
    datagrams = new DatagramSocket(new InetSocketAddress(host, streams.getLocalPort()));
    Thread.ofVirtual().start(this::serveDatagrams);
    Thread.ofVirtual().start(this::serveStreams);
  }

  InetSocketAddress address() {
    return (InetSocketAddress) datagrams.getLocalSocketAddress();
  }

  List<Heard> heard() {
    return List.copyOf(heard);
  }

  void answer(Script both) {
    byDatagram = both;
    byStream = both;
  }

  void answerStreams(Script script) {
    byStream = script;
  }

  private void serveDatagrams() {
    byte[] room = new byte[65_535];
    try {
      while (true) {
        var packet = new DatagramPacket(room, room.length);
        datagrams.receive(packet);
        byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
        heard.add(new Heard(query, packet.getPort(), "udp"));
        for (byte[] answer : byDatagram.answer(query)) {
          datagrams.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      }
    } catch (SocketException closed) {
      // The test is over.
    } catch (IOException broken) {
      throw new AssertionError(broken);
    }
  }

  private void serveStreams() {
    try {
      while (true) {
        Socket socket = streams.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new DataInputStream(socket.getInputStream());
      var out = new DataOutputStream(socket.getOutputStream());
      byte[] query = in.readNBytes(in.readUnsignedShort());
      heard.add(new Heard(query, socket.getPort(), "tcp"));
      for (byte[] answer : byStream.answer(query)) {
        out.writeShort(answer.length);
        out.write(answer);
        out.flush();
      }
    } catch (IOException hungUp) {
      // The proxy has had enough.
    }
  }

  @Override
  public void close() throws IOException {
    datagrams.close();
    streams.close();
  }
}
