package dev.sluice.runtime.discovery.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.runtime.discovery.DiscoveryTerms.Extent;
import dev.sluice.runtime.discovery.Subscription;
import dev.sluice.runtime.discovery.wire.WorkloadReader.NamedPolicies;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.MeshUpdate;
import dev.sluice.runtime.mesh.NetworkAddress;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryResponse;
import dev.sluice.schemas.envoy.discovery.v3.Resource;
import dev.sluice.schemas.istio.workload.Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Workloads and Services: `istio.workload.Address`.
final class Addresses implements ResourceType {

  private final LiveMesh mesh;
  private final Extent extent;
  private final NamedPolicies namedPolicies;
  private final Subscription subscription = new Subscription();

  Addresses(LiveMesh mesh, Extent extent, NamedPolicies namedPolicies) {
    this.mesh = mesh;
    this.extent = extent;
    this.namedPolicies = namedPolicies;
  }

  /// What one resource stands for.
  sealed interface Entry {

    /// What the mesh calls it.
    String key();

    record OfWorkload(Workload workload) implements Entry {
      @Override
      public String key() {
        return workload.uid();
      }
    }

    record OfService(Service service) implements Entry {
      @Override
      public String key() {
        return service.key();
      }
    }
  }

  @Override
  public String url() {
    return DiscoveryService.ADDRESS_TYPE;
  }

  @Override
  public Subscription subscription() {
    return subscription;
  }

  @Override
  public boolean isWildcard() {
    return extent == Extent.EVERYTHING;
  }

  @Override
  public Outcome apply(DeltaDiscoveryResponse response) {
    var refused = new ArrayList<String>();
    // By key, because a response may bring a resource twice; the last counts.
    Map<String, Workload> workloads = new LinkedHashMap<>();
    Map<String, Service> services = new LinkedHashMap<>();
    Set<String> answered = new HashSet<>();
    for (Resource resource : response.getResourcesList()) {
      try {
        Entry entry = entry(resource, namedPolicies);
        switch (entry) {
          case Entry.OfWorkload(var workload) -> workloads.put(entry.key(), workload);
          case Entry.OfService(var service) -> services.put(entry.key(), service);
        }
        subscription.took(resource.getName(), resource.getVersion(), entry.key());
        answered.addAll(names(resource, entry));
      } catch (Refused malformed) {
        refused.add("`" + resource.getName() + "`: " + malformed.reason());
      }
    }
    var removed = new HashSet<String>();
    for (String name : response.getRemovedResourcesList()) {
      removed.add(subscription.lost(name));
    }
    mesh.apply(MeshUpdate.of(workloads.values(), services.values(), removed));
    subscription.answered(answered, response.getRemovedResourcesList());
    return new Outcome(workloads.size() + services.size(), refused);
  }

  /// Reads one resource.
  static Entry entry(Resource resource, NamedPolicies namedPolicies) throws Refused {
    String type = resource.getResource().getTypeUrl();
    if (!type.equals(DiscoveryService.ADDRESS_TYPE)) {
      throw new Refused("is of type `" + type + "`");
    }
    try {
      Address address = Address.parseFrom(resource.getResource().getValue());
      return switch (address.getTypeCase()) {
        case WORKLOAD ->
            new Entry.OfWorkload(WorkloadReader.read(address.getWorkload(), namedPolicies));
        case SERVICE -> new Entry.OfService(ServiceReader.read(address.getService()));
        case TYPE_NOT_SET -> throw new Refused("is neither a workload nor a Service");
      };
    } catch (InvalidProtocolBufferException malformed) {
      throw new Refused("cannot be read: " + malformed.getMessage());
    }
  }

  /// Every name it may have been asked for by.
  private static List<String> names(Resource resource, Entry entry) {
    var names = new ArrayList<String>(resource.getAliasesList());
    names.add(resource.getName());
    names.add(entry.key());
    switch (entry) {
      case Entry.OfWorkload(var workload) ->
          workload
              .addresses()
              .forEach(ip -> names.add(new NetworkAddress(workload.network(), ip).toString()));
      case Entry.OfService(var service) -> service.vips().forEach(vip -> names.add(vip.toString()));
    }
    return names;
  }
}
