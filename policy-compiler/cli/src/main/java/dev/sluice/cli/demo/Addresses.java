package dev.sluice.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// The network `127.x.y.0/24` of one run, which gives every pod an own loopback address, so that
/// fixed ports work and several demos run side by side.
record Addresses(int x, int y) {

  /// The least value of `x` and `y`; lower ones are used by other programs, for example resolvers.
  static final int LEAST = 16;

  /// The largest value of `x` and `y`.
  static final int MOST = 250;

  private static final int ATTEMPTS = 64;

  Addresses {
    if (x < LEAST || x > MOST || y < LEAST || y > MOST) {
      throw new IllegalArgumentException("127." + x + "." + y + ".0/24 is out of range");
    }
  }

  /// Draws networks until one is free; empty when none was.
  static Optional<Addresses> draw(RandomGenerator random, Predicate<Addresses> isFree) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      var drawn = new Addresses(random.nextInt(LEAST, MOST + 1), random.nextInt(LEAST, MOST + 1));
      if (isFree.test(drawn)) {
        return Optional.of(drawn);
      }
    }
    return Optional.empty();
  }

  /// The address of a pod as text.
  String of(Shop.Pod pod) {
    return "127." + x + "." + y + "." + pod.host();
  }

  /// The address of a pod.
  InetAddress address(Shop.Pod pod) {
    try {
      return InetAddress.getByAddress(new byte[] {127, (byte) x, (byte) y, (byte) pod.host()});
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("four bytes are an address", impossible);
    }
  }

  /// Whether every port that the pods need can be bound.
  boolean isFree() {
    return Shop.PODS.stream()
        .allMatch(pod -> isFree(pod, Shop.HBONE_PORT) && isFree(pod, Shop.APP_PORT));
  }

  private boolean isFree(Shop.Pod pod, int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address(pod), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
