package dev.sluice.verify.node;

import dev.sluice.engine.identity.SpiffeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A pod: a network namespace of its own behind its node's, and programs that run in it.
///
/// @param name of the pod, its Deployment, its label `app` and its service account
/// @param index its number on the node, from 2 on
public record BedPod(
    String name, int node, int index, Membership membership, Netns netns, Path home) {

  /// Whether its traffic is led through ztunnel.
  public enum Membership {
    CAPTURED,
    UNCAPTURED
  }

  static final String NAMESPACE = "shop";

  /// The port on which every server of a pod listens.
  public static final int APP_PORT = 8080;

  public String key() {
    return NAMESPACE + "/" + name;
  }

  boolean isCaptured() {
    return membership == Membership.CAPTURED;
  }

  public SpiffeId identity() {
    return SpiffeId.of("cluster.local", NAMESPACE, name);
  }

  public String ip() {
    return "10.0." + node + "." + index;
  }

  public String ip6() {
    return "fd10:" + node + "::" + Integer.toHexString(index).toLowerCase(Locale.ROOT);
  }

  /// `http://address:port/` of its server.
  public String url() {
    return "http://" + ip() + ":" + APP_PORT + "/";
  }

  public String url6() {
    return "http://[" + ip6() + "]:" + APP_PORT + "/";
  }

  /// Runs a program to its end.
  Shell.Result run(String... command) {
    return netns.run(List.of(command));
  }

  /// Asks for a URL once; the body, or how it failed.
  Reply curl(String url, String... options) {
    var command =
        new ArrayList<>(List.of("curl", "-sS", "--max-time", "8", "-w", "\n%{http_code}"));
    command.addAll(List.of(options));
    command.add(url);
    Shell.Result result = netns.run(command);
    int line = result.output().lastIndexOf('\n');
    return result.isWell()
        ? new Reply(
            0,
            Integer.parseInt(result.output().substring(line + 1).strip()),
            result.output().substring(0, line))
        : new Reply(result.exit(), 0, result.output());
  }

  /// What curl said.
  ///
  /// @param exit of curl: 0, 7 (refused), 28 (timed out), 52 (closed), 56 (reset)
  record Reply(int exit, int status, String body) {
    boolean isAnswered() {
      return exit == 0 && status == 200;
    }
  }

  /// Starts a program that goes on.
  Process start(String... command) {
    return netns.start(
        home.resolve(name + "-" + Path.of(command[0]).getFileName() + ".log"), List.of(command));
  }

  /// Opens a connection from the pod that a test holds.
  HeldConnection connect(String address, int port) {
    try {
      var process =
          new ProcessBuilder(
                  netns.inside(
                      List.of(
                          "python3",
                          home.resolve("talk.py").toString(),
                          address,
                          Integer.toString(port))))
              .start();
      return new HeldConnection(process);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
