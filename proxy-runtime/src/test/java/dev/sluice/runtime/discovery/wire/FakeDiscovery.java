package dev.sluice.runtime.discovery.wire;

import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryRequest;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryResponse;
import dev.sluice.schemas.envoy.discovery.v3.Resource;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/// A discovery server that speaks incremental xDS: keeps resources, remembers what each stream has,
/// sends differences, and records what it was sent.
public final class FakeDiscovery {

  private final Map<String, Map<String, Resource>> resources = new HashMap<>();
  private final List<Session> sessions = new ArrayList<>();
  private final List<DeltaDiscoveryRequest> requests = new CopyOnWriteArrayList<>();
  private int nonce;

  public FakeDiscovery() {
    resources.put(DiscoveryService.ADDRESS_TYPE, new LinkedHashMap<>());
    resources.put(DiscoveryService.AUTHORIZATION_TYPE, new LinkedHashMap<>());
  }

  private static final class Followed {
    final Map<String, String> sent = new HashMap<>();
    final Set<String> names = new HashSet<>();
    boolean wildcard;
  }

  private final class Session implements StreamObserver<DeltaDiscoveryRequest> {
    final StreamObserver<DeltaDiscoveryResponse> out;
    final Map<String, Followed> types = new HashMap<>();

    Session(StreamObserver<DeltaDiscoveryResponse> out) {
      this.out = out;
    }

    @Override
    public void onNext(DeltaDiscoveryRequest request) {
      requests.add(request);
      receive(this, request);
    }

    @Override
    public void onError(Throwable broken) {
      forget(this);
    }

    @Override
    public void onCompleted() {
      forget(this);
    }
  }

  public ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(DiscoveryService.NAME)
        .addMethod(DiscoveryService.DELTA, ServerCalls.asyncBidiStreamingCall(this::open))
        .build();
  }

  private synchronized StreamObserver<DeltaDiscoveryRequest> open(
      StreamObserver<DeltaDiscoveryResponse> out) {
    var session = new Session(out);
    sessions.add(session);
    return session;
  }

  private synchronized void forget(Session session) {
    sessions.remove(session);
  }

  private synchronized void receive(Session session, DeltaDiscoveryRequest request) {
    boolean first = !session.types.containsKey(request.getTypeUrl());
    Followed followed = session.types.computeIfAbsent(request.getTypeUrl(), _ -> new Followed());
    if (first) {
      followed.wildcard = request.getResourceNamesSubscribeCount() == 0;
      followed.sent.putAll(request.getInitialResourceVersionsMap());
    }
    var fresh = new HashSet<>(request.getResourceNamesSubscribeList());
    fresh.remove("*");
    followed.names.addAll(fresh);
    request.getResourceNamesUnsubscribeList().forEach(followed.names::remove);
    if (first && followed.wildcard) {
      send(session, request.getTypeUrl(), Set.of());
    } else if (!fresh.isEmpty()) {
      send(session, request.getTypeUrl(), fresh);
    }
  }

  private void send(Session session, String type, Set<String> asked) {
    Followed followed = session.types.get(type);
    if (followed == null) {
      return;
    }
    var known = resources.getOrDefault(type, Map.of());
    var response = DeltaDiscoveryResponse.newBuilder().setTypeUrl(type).setNonce("n" + nonce++);
    known.forEach((name, resource) -> {
      boolean wanted =
          followed.wildcard
              || followed.names.contains(name)
              || resource.getAliasesList().stream().anyMatch(followed.names::contains);
      if (wanted && !resource.getVersion().equals(followed.sent.put(name, resource.getVersion()))) {
        response.addResources(resource);
      }
    });
    for (String name : List.copyOf(followed.sent.keySet())) {
      if (!known.containsKey(name)) {
        followed.sent.remove(name);
        response.addRemovedResources(name);
      }
    }
    for (String name : asked) {
      boolean found =
          known.containsKey(name)
              || known.values().stream().anyMatch(each -> each.getAliasesList().contains(name));
      if (!found) {
        response.addRemovedResources(name);
      }
    }
    session.out.onNext(response.build());
  }

  /// Adds or changes resources, all in one response.
  public synchronized void put(Resource... changed) {
    var types = new HashSet<String>();
    for (Resource resource : changed) {
      String type = resource.getResource().getTypeUrl();
      String home =
          type.equals(DiscoveryService.AUTHORIZATION_TYPE) ? type : DiscoveryService.ADDRESS_TYPE;
      resources.computeIfAbsent(home, _ -> new LinkedHashMap<>()).put(resource.getName(), resource);
      types.add(home);
    }
    types.forEach(type -> sessions.forEach(session -> send(session, type, Set.of())));
  }

  public synchronized void remove(String name) {
    resources.forEach((type, known) -> {
      if (known.remove(name) != null) {
        sessions.forEach(session -> send(session, type, Set.of()));
      }
    });
  }

  /// Sends a response as it stands.
  public synchronized void sendRaw(DeltaDiscoveryResponse response) {
    sessions.forEach(session -> session.out.onNext(response));
  }

  /// Ends every stream with this status.
  public synchronized void end(Status status) {
    List.copyOf(sessions)
        .forEach(session -> {
          if (status.isOk()) {
            session.out.onCompleted();
          } else {
            session.out.onError(status.asRuntimeException());
          }
        });
    sessions.clear();
  }

  public synchronized int streams() {
    return sessions.size();
  }

  /// Everything it was sent, oldest first.
  public List<DeltaDiscoveryRequest> requests() {
    return List.copyOf(requests);
  }

  /// The first requests of streams for a type.
  public List<DeltaDiscoveryRequest> openings(String type) {
    return requests.stream()
        .filter(request -> request.getTypeUrl().equals(type) && request.hasNode())
        .toList();
  }

  /// The requests that refused something.
  public List<DeltaDiscoveryRequest> refusals() {
    return requests.stream().filter(DeltaDiscoveryRequest::hasErrorDetail).toList();
  }
}
