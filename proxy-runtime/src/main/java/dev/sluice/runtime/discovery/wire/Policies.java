package dev.sluice.runtime.discovery.wire;

import dev.sluice.runtime.discovery.Subscription;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.MeshPolicy;
import dev.sluice.runtime.mesh.MeshUpdate;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryResponse;
import dev.sluice.schemas.envoy.discovery.v3.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// L4 policies beside the signed bundle's: `istio.security.Authorization`. They can only take away.
final class Policies implements ResourceType {

  private final LiveMesh mesh;
  private final Subscription subscription = new Subscription();

  Policies(LiveMesh mesh) {
    this.mesh = mesh;
  }

  @Override
  public String url() {
    return DiscoveryService.AUTHORIZATION_TYPE;
  }

  @Override
  public Subscription subscription() {
    return subscription;
  }

  @Override
  public boolean isWildcard() {
    return true;
  }

  @Override
  public Outcome apply(DeltaDiscoveryResponse response) {
    var refused = new ArrayList<String>();
    Map<String, MeshPolicy> policies = new LinkedHashMap<>();
    for (Resource resource : response.getResourcesList()) {
      try {
        MeshPolicy policy = PolicyReader.read(resource);
        policies.put(policy.key(), policy);
        subscription.took(resource.getName(), resource.getVersion(), policy.key());
      } catch (Refused malformed) {
        refused.add("`" + resource.getName() + "`: " + malformed.reason());
      }
    }
    var removed = new HashSet<String>();
    for (String name : response.getRemovedResourcesList()) {
      removed.add(subscription.lost(name));
    }
    mesh.apply(MeshUpdate.ofPolicies(policies.values(), List.copyOf(removed)));
    return new Outcome(policies.size(), refused);
  }
}
