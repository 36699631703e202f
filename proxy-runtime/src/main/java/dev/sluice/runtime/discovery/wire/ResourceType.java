package dev.sluice.runtime.discovery.wire;

import dev.sluice.runtime.discovery.Subscription;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryResponse;
import java.util.List;

/// One resource type of a discovery stream: what of it is held, and what a response does.
interface ResourceType {

  /// What a response brought: the resources that were refused, with reasons.
  record Outcome(int taken, List<String> refused) {
    public Outcome {
      refused = List.copyOf(refused);
    }
  }

  String url();

  Subscription subscription();

  /// Whether all resources are wanted, and not only those asked for.
  boolean isWildcard();

  /// Applies a response to the mesh as one change; the good resources of it whatever the others
  /// are.
  Outcome apply(DeltaDiscoveryResponse response);
}
