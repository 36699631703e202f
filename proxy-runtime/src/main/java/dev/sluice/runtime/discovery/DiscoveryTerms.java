package dev.sluice.runtime.discovery;

import dev.sluice.runtime.wire.ControlPlane;
import java.util.Map;

/// What is asked of which discovery server, and by whom.
public record DiscoveryTerms(ControlPlane server, Node node, Extent extent, Policies policies) {

  /// Who asks. Source: ztunnel's node, recognised by Istio's control plane by its id.
  ///
  /// @param metadata JSON values: texts, numbers, booleans, lists and maps of them
  public record Node(String id, Map<String, Object> metadata) {
    public Node {
      metadata = Map.copyOf(metadata);
    }
  }

  /// Whether the server's L4 policies are enforced beside those of the signed bundle.
  public enum Policies {
    /// A connection has to be allowed by both.
    ENFORCED,
    /// The bundle's alone count; the server is not asked for any.
    NOT_ASKED_FOR
  }

  /// How much of the mesh is wanted.
  public enum Extent {
    /// All of it.
    EVERYTHING,
    /// What connections ask for.
    ON_DEMAND
  }
}
