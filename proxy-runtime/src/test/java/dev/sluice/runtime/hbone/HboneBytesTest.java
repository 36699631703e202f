package dev.sluice.runtime.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.runtime.relay.RelayEnd;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HboneBytesTest {

  private static final int SIZE = 50 << 20;

  private final Rig rig = new Rig();

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void fifty_megabytes_return_unchanged() throws Exception {
    try (App app = App.echo();
        Socket client = through(app)) {
      MessageDigest sent = MessageDigest.getInstance("SHA-256");
      CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(client, sent));
      MessageDigest received = MessageDigest.getInstance("SHA-256");
      InputStream back = new DigestInputStream(client.getInputStream(), received);

      long size = back.transferTo(OutputStream.nullOutputStream());

      sending.get();
      assertThat(size).isEqualTo(SIZE);
      assertThat(received.digest()).isEqualTo(sent.digest());
      await().until(() -> rig.ends.size() == 2);
      assertThat(rig.ends).containsOnly(new RelayEnd(SIZE, SIZE, new RelayEnd.Cause.Finished()));
    }
  }

  private static void send(Socket socket, MessageDigest digest) {
    try {
      byte[] block = new byte[64 << 10];
      Random random = new Random(42);
      for (int sent = 0; sent < SIZE; sent += block.length) {
        random.nextBytes(block);
        digest.update(block);
        socket.getOutputStream().write(block);
      }
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_client_that_has_said_everything_still_hears_the_answer() throws Exception {
    try (App app = new App();
        Socket client = through(app)) {
      write(client, "question");
      client.shutdownOutput();
      Socket served = app.accepted();

      assertThat(rest(served)).isEqualTo("question");
      write(served, "answer");
      served.close();
      assertThat(rest(client)).isEqualTo("answer");
    }
  }

  @Test
  void a_client_that_has_said_everything_reads_a_large_answer_at_its_leisure() throws Exception {
    try (App app = new App(HboneBytesTest::answerAtLength);
        Socket client = through(app)) {
      client.setReceiveBufferSize(64 << 10);
      client.shutdownOutput();
      app.accepted();
      byte[] block = new byte[1 << 20];
      int size = 0;
      for (int read = 0; read >= 0; read = client.getInputStream().read(block)) {
        size += read;
      }

      assertThat(size).isEqualTo(SIZE);
    }
  }

  private static void answerAtLength(Socket socket) throws IOException {
    socket.getInputStream().readAllBytes();
    socket.getOutputStream().write(new byte[SIZE]);
    socket.shutdownOutput();
  }

  @Test
  void an_application_that_has_said_everything_still_hears_the_client() throws Exception {
    try (App app = new App();
        Socket client = through(app)) {
      Socket served = app.accepted();
      write(served, "greeting");
      served.shutdownOutput();

      assertThat(rest(client)).isEqualTo("greeting");
      write(client, "reply");
      client.shutdownOutput();
      assertThat(rest(served)).isEqualTo("reply");
    }
  }

  @Test
  void a_reset_of_the_client_reaches_the_application() throws Exception {
    try (App app = new App();
        Socket client = through(app)) {
      write(client, "x");
      Socket served = app.accepted();
      assertThat(served.getInputStream().read()).isEqualTo('x');

      reset(client);

      assertThatThrownBy(() -> served.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
      await().until(() -> rig.ends.size() == 2);
      assertThat(rig.ends).allMatch(end -> end.cause() instanceof RelayEnd.Cause.Failed);
    }
  }

  @Test
  void a_reset_of_the_application_reaches_the_client() throws Exception {
    try (App app = new App();
        Socket client = through(app)) {
      write(client, "x");
      Socket served = app.accepted();
      assertThat(served.getInputStream().read()).isEqualTo('x');

      reset(served);

      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
  }

  private Socket through(App app) throws Exception {
    HboneServer server = rig.serve(rig.relayTo(app.address()));
    return rig.connect(rig.capture(rig.target(server.address())));
  }

  private static void reset(Socket socket) throws Exception {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static void write(Socket socket, String text) throws Exception {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String rest(Socket socket) throws Exception {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }
}
