package dev.sluice.ztunnel.outbound;

import dev.sluice.runtime.mesh.Workload;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/// Chooses routes by the mesh and policy of the moment, asking first for what the mesh does not
/// hold where it can be asked for, and resolving hostnames.
final class Router {

  /// How long an answer is waited for; after that, what is known decides.
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// Questions per route: the destination, its waypoint, its gateway, and one to spare.
  private static final int MOST_QUESTIONS = 4;

  /// A connection by `source` to `destination`, on `loop`.
  ///
  /// @param tried uids of endpoints that have failed already
  record Request(
      EventLoop loop, Workload source, InetSocketAddress destination, Set<String> tried) {
    Request {
      tried = Set.copyOf(tried);
    }
  }

  private final Outbound.Parts parts;
  private final HostNames names;

  Router(Outbound.Parts parts, HostNames names) {
    this.parts = parts;
    this.names = names;
  }

  /// Calls `then` on the request's event loop, at once where nothing has to be asked for.
  void route(Request request, Consumer<Route> then) {
    route(request, Set.of(), then);
  }

  private void route(Request request, Set<String> asked, Consumer<Route> then) {
    var query =
        new RouteChooser.Query(
            parts.mesh().current(),
            parts.policy().current(),
            request.source(),
            request.destination(),
            request.tried());
    if (parts.mesh().isOnDemand() && asked.size() < MOST_QUESTIONS) {
      var missing = RouteChooser.missing(query).filter(name -> !asked.contains(name));
      if (missing.isPresent()) {
        var further = new HashSet<>(asked);
        further.add(missing.get());
        parts
            .mesh()
            .ask(missing.get(), PATIENCE)
            .thenRunAsync(() -> route(request, further, then), request.loop());
        return;
      }
    }
    long random = ThreadLocalRandom.current().nextLong();
    switch (parts.chooser().choose(query, random)) {
      case Route.Unresolved unresolved ->
          names
              .resolve(unresolved.hostname())
              .thenAcceptAsync(
                  addresses ->
                      then.accept(parts.chooser().resolved(query, unresolved, addresses, random)),
                  request.loop());
      case Route.Led led -> then.accept(led);
      case Route.Refused refused -> then.accept(refused);
    }
  }
}
