package dev.sluice.ztunnel.dns;

import dev.sluice.runtime.mesh.NetworkAddress;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.ztunnel.dns.NameCandidates.Candidate;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// The names of the mesh, as one client sees them: Services and ServiceEntries by their hostnames,
/// headless Services by their endpoints, and each endpoint of those by its own name.
///
/// Pure but for the order of addresses, which is random so that clients that take the first one
/// spread. Source: ztunnel's DNS proxy; Kubernetes' DNS specification for endpoint names.
record MeshNames(StaticMesh mesh, String clusterDomain, RandomGenerator random) {

  /// Which addresses are asked for.
  enum Family {
    IPV4,
    IPV6;

    private boolean includes(InetAddress address) {
      return switch (this) {
        case IPV4 -> address instanceof Inet4Address;
        case IPV6 -> address instanceof Inet6Address;
      };
    }
  }

  /// What the first of the candidates that the mesh knows stands for.
  MeshAnswer resolve(List<Candidate> candidates, Workload client, Family family) {
    for (Candidate candidate : candidates) {
      Optional<List<InetAddress>> found = addresses(candidate.hostname(), client);
      if (found.isPresent()) {
        var ofFamily = new ArrayList<>(found.get().stream().filter(family::includes).toList());
        Collections.shuffle(ofFamily, Random.from(random));
        return new MeshAnswer.Known(candidate.properName(), ofFamily);
      }
    }
    return new MeshAnswer.Unknown();
  }

  private Optional<List<InetAddress>> addresses(String hostname, Workload client) {
    var service = mesh.serviceByHostname(hostname, client.namespace());
    return service.isPresent() ? addresses(service.get(), client) : endpoint(hostname, client);
  }

  private Optional<List<InetAddress>> addresses(Service service, Workload client) {
    if (!service.vips().isEmpty()) {
      return Optional.of(
          service.vips().stream()
              .filter(vip -> vip.network().equals(client.network()))
              .map(NetworkAddress::address)
              .toList());
    }
    // A host outside of the cluster is found by the DNS it lives in.
    return isOfCluster(service)
        ? Optional.of(serving(service, client).flatMap(each -> each.addresses().stream()).toList())
        : Optional.empty();
  }

  private boolean isOfCluster(Service service) {
    return service.hostname().endsWith(".svc." + clusterDomain);
  }

  private Stream<Workload> serving(Service service, Workload client) {
    boolean all = service.loadBalancing().healthPolicy() == Service.HealthPolicy.ALLOW_ALL;
    return mesh.members(service).stream()
        .filter(workload -> all || workload.health() == Workload.Health.HEALTHY)
        .filter(workload -> workload.network().equals(client.network()));
  }

  /// `db-0.db.shop.svc.cluster.local` is the pod `db-0` behind the headless Service `db`.
  private Optional<List<InetAddress>> endpoint(String hostname, Workload client) {
    int dot = hostname.indexOf('.');
    if (dot <= 0) {
      return Optional.empty();
    }
    String name = hostname.substring(0, dot);
    return mesh.serviceByHostname(hostname.substring(dot + 1), client.namespace())
        .filter(service -> service.vips().isEmpty() && isOfCluster(service))
        .flatMap(service ->
            serving(service, client)
                .filter(workload -> workload.name().equals(name))
                .findFirst()
                .map(Workload::addresses));
  }
}
