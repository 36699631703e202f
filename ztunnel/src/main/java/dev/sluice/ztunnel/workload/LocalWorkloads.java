package dev.sluice.ztunnel.workload;

import dev.sluice.engine.policy.Destination;
import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.hbone.TunnelAcceptor;
import dev.sluice.runtime.identity.Identities;
import dev.sluice.runtime.identity.LiveIdentity;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.tls.MeshTrust;
import dev.sluice.runtime.tls.ServerTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Enrols the workloads this proxy serves and lets go of those that left, as the mesh changes.
///
/// Enrolling asks for the certificate and binds `<address>:15008`; it blocks and is not for event
/// loops. Readers see one immutable map.
public final class LocalWorkloads {

  private static final Logger LOG = LoggerFactory.getLogger(LocalWorkloads.class);

  /// What listeners are made of.
  ///
  /// @param hbonePort the port HBONE is taken on, on every workload's address
  public record Listening(
      Transport transport, HboneSettings settings, int hbonePort, MeshTrust trust, Where where) {}

  /// Where the listeners of workloads are.
  public enum Where {
    /// On the workloads' addresses, in the namespace of the proxy; enrolling binds them.
    ON_ADDRESSES,
    /// In the workloads' pods; who captures a pod binds it by [#listenIn].
    IN_PODS
  }

  private final Served served;
  private final Identities identities;
  private final Listening listening;
  private final Function<String, TunnelAcceptor> acceptors;
  private final Map<String, Proof> inPods = new ConcurrentHashMap<>();
  private volatile Map<String, Enrolled> enrolled = Map.of();

  /// @param acceptors what takes the tunnels for the workload `namespace/name`
  public LocalWorkloads(
      Served served,
      Identities identities,
      Listening listening,
      Function<String, TunnelAcceptor> acceptors) {
    this.served = served;
    this.identities = identities;
    this.listening = listening;
    this.acceptors = acceptors;
  }

  /// Makes what is enrolled what the mesh says; returns why some workloads could not be enrolled.
  public synchronized List<String> enrol(StaticMesh mesh) {
    var problems = new ArrayList<String>();
    var next = new LinkedHashMap<String, Enrolled>();
    var gone = new LinkedHashMap<>(enrolled);
    for (Workload workload : mesh.workloads()) {
      if (served.includes(workload)) {
        Enrolled before = enrolled.get(workload.key());
        gone.remove(workload.key());
        if (before != null && isSame(before.workload(), workload)) {
          next.put(workload.key(), before.now(workload));
        } else {
          if (before != null) {
            before.listeners().forEach(HboneServer::close);
            identities.release(before.identity().id());
          }
          enrol(workload, problems).ifPresent(added -> next.put(workload.key(), added));
        }
      }
    }
    enrolled = next;
    gone.forEach((key, old) -> {
      old.listeners().forEach(HboneServer::drain);
      identities.release(old.identity().id());
      LOG.atInfo().addKeyValue("workload", key).log("workload left");
    });
    return problems;
  }

  private static boolean isSame(Workload before, Workload now) {
    return before.addresses().equals(now.addresses())
        && before.identity().equals(now.identity())
        && before.protocol() == now.protocol();
  }

  private Optional<Enrolled> enrol(Workload workload, List<String> problems) {
    LiveIdentity identity = identities.enrol(workload.identity());
    var servers = listen(workload, identity, problems);
    if (servers.isEmpty()) {
      identities.release(identity.id());
      return Optional.empty();
    }
    LOG.atInfo()
        .addKeyValue("workload", workload.key())
        .addKeyValue("identity", identity.id())
        .log("workload enrolled");
    return Optional.of(new Enrolled(workload, identity, servers.get()));
  }

  private Optional<List<HboneServer>> listen(
      Workload workload, LiveIdentity identity, List<String> problems) {
    var servers = new ArrayList<HboneServer>();
    if (workload.protocol() == Workload.Protocol.TCP || listening.where() == Where.IN_PODS) {
      return Optional.of(servers);
    }
    var tls = ServerTls.of(identity, listening.trust());
    for (InetAddress address : workload.addresses()) {
      var bound =
          HboneServer.bind(
              listening.transport(),
              new InetSocketAddress(address, listening.hbonePort()),
              tls,
              acceptors.apply(workload.key()),
              listening.settings());
      switch (bound) {
        case HboneServer.Bound.Listening(var server) -> servers.add(server);
        case HboneServer.Bound.Failed(var where, var reason) -> {
          problems.add(workload.key() + ": cannot listen on " + where + ": " + reason);
          servers.forEach(HboneServer::close);
          return Optional.empty();
        }
      }
    }
    return Optional.of(servers);
  }

  /// Takes HBONE for the workload `namespace/name` on `address` of its pod, with listeners of
  /// `inPod`; they are the caller's to close.
  ///
  /// Connections are refused for as long as the workload is not enrolled.
  public HboneServer.Bound listenIn(Transport inPod, String key, InetSocketAddress address) {
    return HboneServer.bind(
        inPod, address, () -> offer(key), acceptors.apply(key), listening.settings());
  }

  private CompletionStage<ServerTls.Offer> offer(String key) {
    Enrolled now = enrolled.get(key);
    if (now == null) {
      return CompletableFuture.completedStage(
          new ServerTls.Offer.Unavailable("workload `" + key + "` is not enrolled"));
    }
    return inPods
        .compute(
            key,
            (_, known) ->
                known != null && known.identity.equals(now.identity())
                    ? known
                    : new Proof(now.identity(), ServerTls.of(now.identity(), listening.trust())))
        .tls
        .next();
  }

  /// What the listener in a pod proves itself with, made once for each identity.
  private record Proof(LiveIdentity identity, ServerTls tls) {}

  /// The workload `namespace/name`, if this proxy serves it.
  public Optional<Enrolled> find(String key) {
    return Optional.ofNullable(enrolled.get(key));
  }

  public Collection<Enrolled> all() {
    return enrolled.values();
  }

  /// What policies are selected by, for every workload served.
  public List<Destination> destinations() {
    return all().stream().map(each -> each.workload().direct()).toList();
  }

  /// The first HBONE listener of each workload, by `namespace/name`.
  public Map<String, InetSocketAddress> listeners() {
    var result = new LinkedHashMap<String, InetSocketAddress>();
    enrolled.forEach((key, each) ->
        each.listeners().stream()
            .findFirst()
            .ifPresent(server -> result.put(key, server.address())));
    return result;
  }

  /// Stops listening; tunnels that are open go on.
  public synchronized void drain() {
    all().forEach(each -> each.listeners().forEach(HboneServer::drain));
  }

  /// Closes every listener and everything that came through it.
  public synchronized void close() {
    all().forEach(each -> each.listeners().forEach(HboneServer::close));
  }
}
