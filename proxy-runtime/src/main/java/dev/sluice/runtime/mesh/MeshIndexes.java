package dev.sluice.runtime.mesh;

import dev.sluice.runtime.yaml.FieldReader;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// The entries of a mesh by everything they are asked for by; immutable.
///
/// A changed copy costs what it changes, plus the members of the Services and the owners of the
/// addresses concerned; see [ChunkedMap] and [ListIndex].
record MeshIndexes(
    ChunkedMap<String, Workload> workloadByUid,
    ListIndex<NetworkAddress, Workload> workloadsByAddress,
    ListIndex<String, Workload> workloadsByKey,
    ListIndex<String, Workload> workloadsByService,
    ChunkedMap<String, Service> serviceByKey,
    ListIndex<NetworkAddress, Service> servicesByVip,
    ListIndex<String, Service> servicesByHostname,
    ListIndex<String, Service> servicesByName,
    ListIndex<String, Service> servicesByBlockNetwork,
    ChunkedMap<String, MeshPolicy> policyByKey) {

  /// Several workloads may have an address; the one that most likely ends tunnels answers for it.
  private static final Comparator<Workload> BY_RANK =
      Comparator.comparing(Workload::isPod)
          .thenComparing(workload -> workload.protocol() == Workload.Protocol.HBONE)
          .reversed();

  static MeshIndexes empty() {
    return new MeshIndexes(
        ChunkedMap.empty(),
        ListIndex.sorted(Workload::uid, BY_RANK),
        ListIndex.inOrderOfArrival(Workload::uid),
        ListIndex.inOrderOfArrival(Workload::uid),
        ChunkedMap.empty(),
        ListIndex.inOrderOfArrival(Service::key),
        ListIndex.inOrderOfArrival(Service::key),
        ListIndex.inOrderOfArrival(Service::key),
        ListIndex.inOrderOfArrival(Service::key),
        ChunkedMap.empty());
  }

  MeshIndexes with(MeshUpdate update) {
    var edit = new Edit(this);
    update.removed().forEach(edit::remove);
    update.workloads().forEach(edit::put);
    update.services().forEach(edit::put);
    update.removedPolicies().forEach(edit.policyByKey::remove);
    update.policies().forEach(policy -> edit.policyByKey.put(policy.key(), policy));
    return edit.done();
  }

  private static final class Edit {
    private final MeshIndexes before;
    private final ChunkedMap.Edit<String, Workload> workloadByUid;
    private final ListIndex.Edit<NetworkAddress, Workload> workloadsByAddress;
    private final ListIndex.Edit<String, Workload> workloadsByKey;
    private final ListIndex.Edit<String, Workload> workloadsByService;
    private final ChunkedMap.Edit<String, Service> serviceByKey;
    private final ListIndex.Edit<NetworkAddress, Service> servicesByVip;
    private final ListIndex.Edit<String, Service> servicesByHostname;
    private final ListIndex.Edit<String, Service> servicesByName;
    private final ListIndex.Edit<String, Service> servicesByBlockNetwork;
    private final ChunkedMap.Edit<String, MeshPolicy> policyByKey;

    Edit(MeshIndexes before) {
      this.before = before;
      workloadByUid = before.workloadByUid.edit();
      workloadsByAddress = before.workloadsByAddress.edit();
      workloadsByKey = before.workloadsByKey.edit();
      workloadsByService = before.workloadsByService.edit();
      serviceByKey = before.serviceByKey.edit();
      servicesByVip = before.servicesByVip.edit();
      servicesByHostname = before.servicesByHostname.edit();
      servicesByName = before.servicesByName.edit();
      servicesByBlockNetwork = before.servicesByBlockNetwork.edit();
      policyByKey = before.policyByKey.edit();
    }

    void put(Workload workload) {
      Workload old = workloadByUid.get(workload.uid());
      if (old != null) {
        unindex(old);
      }
      workloadByUid.put(workload.uid(), workload);
      workloadsByKey.add(workload.key(), workload);
      addresses(workload).forEach(address -> workloadsByAddress.add(address, workload));
      workload.services().keySet().forEach(key -> workloadsByService.add(key, workload));
    }

    private void unindex(Workload old) {
      workloadByUid.remove(old.uid());
      workloadsByKey.remove(old.key(), old);
      addresses(old).forEach(address -> workloadsByAddress.remove(address, old));
      old.services().keySet().forEach(key -> workloadsByService.remove(key, old));
    }

    private static Collection<NetworkAddress> addresses(Workload workload) {
      return workload.addresses().stream()
          .filter(_ -> workload.networkMode() == Workload.NetworkMode.STANDARD)
          .map(address -> new NetworkAddress(workload.network(), address))
          .toList();
    }

    void put(Service service) {
      Service old = serviceByKey.get(service.key());
      if (old != null) {
        unindex(old);
      }
      serviceByKey.put(service.key(), service);
      service.vips().forEach(vip -> servicesByVip.add(vip, service));
      servicesByHostname.add(service.hostname(), service);
      servicesByName.add(name(service), service);
      service.blocks().forEach(block -> servicesByBlockNetwork.add(block.network(), service));
    }

    private void unindex(Service old) {
      serviceByKey.remove(old.key());
      old.vips().forEach(vip -> servicesByVip.remove(vip, old));
      servicesByHostname.remove(old.hostname(), old);
      servicesByName.remove(name(old), old);
      old.blocks().forEach(block -> servicesByBlockNetwork.remove(block.network(), old));
    }

    private static String name(Service service) {
      return service.namespace() + "/" + service.name();
    }

    void remove(String name) {
      Workload workload = workloadByUid.get(name);
      Service service = serviceByKey.get(name);
      if (workload != null) {
        unindex(workload);
      }
      if (service != null) {
        unindex(service);
      }
      if (workload == null && service == null) {
        address(name).ifPresent(this::removeAt);
      }
    }

    private void removeAt(NetworkAddress address) {
      for (Workload workload : before.workloadsByAddress.get(address)) {
        Workload current = workloadByUid.get(workload.uid());
        if (current != null) {
          unindex(current);
        }
      }
    }

    private static Optional<NetworkAddress> address(String name) {
      int slash = name.lastIndexOf('/');
      return slash < 0
          ? Optional.empty()
          : FieldReader.address(name.substring(slash + 1))
              .map(address -> new NetworkAddress(name.substring(0, slash), address));
    }

    MeshIndexes done() {
      return new MeshIndexes(
          workloadByUid.done(),
          workloadsByAddress.done(),
          workloadsByKey.done(),
          workloadsByService.done(),
          serviceByKey.done(),
          servicesByVip.done(),
          servicesByHostname.done(),
          servicesByName.done(),
          servicesByBlockNetwork.done(),
          policyByKey.done());
    }
  }
}
