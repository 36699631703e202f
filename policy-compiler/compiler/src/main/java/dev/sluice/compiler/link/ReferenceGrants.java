package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.syntax.HttpRouteSyntax;
import dev.sluice.compiler.syntax.HttpRouteSyntax.BackendRef;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument.ReferenceGrant;

/// Reports routes that send requests into a namespace which did not agree to it.
///
/// The Gateway API asks for a ReferenceGrant; for routes of Services in the mesh it does not, and
/// Istio checks none there, so this is a warning. Source: Gateway API v1 ReferenceGrant, GEP-1294.
final class ReferenceGrants {

  private static final String ROUTE_GROUP = "gateway.networking.k8s.io";

  private final Catalog catalog;
  private final KnownTopology topology;
  private final Diagnostics problems;

  ReferenceGrants(Catalog catalog, KnownTopology topology, Diagnostics problems) {
    this.catalog = catalog;
    this.topology = topology;
    this.problems = problems;
  }

  void check(HttpRouteSyntax syntax, BackendRef ref) {
    Metadata route = syntax.metadata();
    if (ref.namespace().equals(route.namespace())
        || isParent(syntax, ref.namespace())
        || !topology.knowsObjects(ref.namespace(), "ReferenceGrant")
        || catalog.grants().stream().anyMatch(grant -> permits(grant, route, ref))) {
      return;
    }
    problems.report(
        Code.REFERENCE_NOT_GRANTED,
        ref.span(),
        route.resource(),
        new Text(
            "no ReferenceGrant of namespace `"
                + ref.namespace()
                + "` lets HTTPRoutes of namespace `"
                + route.namespace()
                + "` send requests to Service `"
                + ref.name()
                + "`",
            "whoever owns that namespace did not agree to the traffic, and the policies that target"
                + " Service `"
                + ref.namespace()
                + "/"
                + ref.name()
                + "` are those of another address",
            "add a ReferenceGrant in namespace `"
                + ref.namespace()
                + "` from HTTPRoute of `"
                + route.namespace()
                + "` to Service, or route within the namespace"));
  }

  /// A consumer's route for a Service may spread its requests within the Service's namespace.
  private static boolean isParent(HttpRouteSyntax route, String namespace) {
    return route.parentRefs().stream()
        .anyMatch(
            parent -> parent.kind().equals("Service") && parent.namespace().equals(namespace));
  }

  private static boolean permits(ReferenceGrant grant, Metadata route, BackendRef ref) {
    return grant.metadata().namespace().equals(ref.namespace())
        && grant.from().stream()
            .anyMatch(from ->
                from.group().equals(ROUTE_GROUP)
                    && from.kind().equals(route.kind())
                    && from.namespace().equals(route.namespace()))
        && grant.to().stream()
            .anyMatch(to ->
                to.group().equals(ref.group())
                    && to.kind().equals(ref.kind())
                    && (to.name().isEmpty() || to.name().equals(ref.name())));
  }
}
