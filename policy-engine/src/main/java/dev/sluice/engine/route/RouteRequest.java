package dev.sluice.engine.route;

import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import org.jspecify.annotations.Nullable;

/// A request as routing sees it: addressed to a port of a Service by a caller of a namespace.
///
/// `callerNamespace` is null for a caller without identity. `path` is canonical, `query` has no `?`
/// and is empty when there is none.
public record RouteRequest(
    ServiceRef service,
    int port,
    @Nullable String callerNamespace,
    String method,
    String path,
    String query,
    Headers headers) {}
