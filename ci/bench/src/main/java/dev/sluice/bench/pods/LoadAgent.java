package dev.sluice.bench.pods;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The applications of a pod: a server, or a client that does what it reads from standard input,
/// one line per task, and answers each with one line.
///
/// `serve PORT`, `echo HOST PORT BYTES CONNECTIONS`, `mirror` the same without a half-close, `bulk
/// HOST PORT STREAMS MILLIS`, `ping HOST PORT MILLIS`, `connect HOST PORT WORKERS MILLIS`,
/// `handshake HOST PORT CERTIFICATES MILLIS`, `hold HOST PORT CONNECTIONS`, `ask`, `release`.
public final class LoadAgent {

  private final LoadClient client = new LoadClient();

  private LoadAgent() {}

  public static void main(String[] arguments) throws IOException {
    var agent = new LoadAgent();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String answer;
      try {
        answer = "ok " + agent.answer(line.split(" ", -1));
      } catch (IOException | RuntimeException failed) {
        answer = "failed " + failed;
      }
      System.out.println(answer.replace('\n', ' '));
      System.out.flush();
    }
    Runtime.getRuntime().halt(0);
  }

  private String answer(String[] task) throws IOException {
    return switch (task[0]) {
      case "serve" -> {
        LoadServer.start(Integer.parseInt(task[1]));
        yield "";
      }
      case "echo" ->
          client.echo(target(task), number(task, 3), number(task, 4), LoadClient.Ending.HALF_CLOSE);
      case "mirror" ->
          client.echo(target(task), number(task, 3), number(task, 4), LoadClient.Ending.NONE);
      case "bulk" -> client.bulk(target(task), number(task, 3), number(task, 4));
      case "ping" -> client.ping(target(task), number(task, 3));
      case "connect" -> client.connect(target(task), number(task, 3), number(task, 4));
      case "handshake" ->
          new Handshakes(Path.of(task[3])).run(target(task), Sides.APP_PORT, number(task, 4));
      case "hold" -> client.hold(target(task), number(task, 3));
      case "ask" -> client.ask();
      case "release" -> client.release();
      case String unknown -> throw new IOException("unknown task `" + unknown + "`");
    };
  }

  private static InetSocketAddress target(String[] task) {
    return new InetSocketAddress(task[1], Integer.parseInt(task[2]));
  }

  private static int number(String[] task, int index) {
    return Integer.parseInt(task[index]);
  }
}
