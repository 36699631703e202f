package dev.sluice.ztunnel.outbound;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Resolves the hostnames of workloads that have no addresses, by the resolver of the machine and
/// its cache.
///
/// Only names that the mesh holds are asked for, so that the mesh bounds what is cached; who asks
/// for a name that is being resolved waits for the same answer.
final class HostNames {

  /// The resolver of the machine; blocks.
  @FunctionalInterface
  interface Resolver {
    InetAddress[] resolve(String hostname) throws UnknownHostException;
  }

  private static final int PATIENCE_SECONDS = 5;

  private final Resolver resolver;
  private final Executor threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ConcurrentHashMap<String, CompletableFuture<List<InetAddress>>> pending =
      new ConcurrentHashMap<>();

  HostNames(Resolver resolver) {
    this.resolver = resolver;
  }

  /// The addresses of a name; none when there are none, or not in time.
  CompletableFuture<List<InetAddress>> resolve(String hostname) {
    var answer =
        pending.computeIfAbsent(
            hostname,
            name ->
                CompletableFuture.supplyAsync(() -> ask(name), threads)
                    .completeOnTimeout(List.of(), PATIENCE_SECONDS, TimeUnit.SECONDS));
    answer.whenComplete((_, _) -> pending.remove(hostname, answer));
    return answer.copy();
  }

  private List<InetAddress> ask(String name) {
    try {
      return List.of(resolver.resolve(name));
    } catch (UnknownHostException unknown) {
      return List.of();
    }
  }
}
