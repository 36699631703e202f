package dev.sluice.compiler.walk;

import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.AddressSpace.Addresses;
import dev.sluice.compiler.walk.Hop.Facts;
import dev.sluice.compiler.walk.Outcome.Why;
import dev.sluice.compiler.walk.Trip.Stop;
import dev.sluice.compiler.walk.Trip.View;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.shard.PolicyShard;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Answers cases about one compiled mesh, by asking every proxy on the way with the shard it would
/// load.
///
/// Immutable but for its caches; may be shared between threads.
public final class Walk {

  /// Where a waypoint's own connection comes from: ztunnel admits it by its identity.
  private static final InetAddress OF_WAYPOINT = InetAddress.ofLiteral("192.0.2.2");

  /// More combinations of unknown addresses than anybody would look at.
  private static final int MOST_CHOICES = 10_000;

  private final Planner planner;
  private final String clusterDomain;

  private Walk(Planner planner, String clusterDomain) {
    this.planner = planner;
    this.clusterDomain = clusterDomain;
  }

  /// A walk through a mesh that compiled: `shards` are all that came out of it.
  ///
  /// @throws IllegalArgumentException when there is no shard for ztunnel, as of a mesh with errors
  public static Walk of(PlacedMesh placed, List<PolicyShard> shards) {
    var mesh = placed.mesh();
    return new Walk(new Planner(mesh, Proxies.of(shards)), mesh.settings().clusterDomain());
  }

  /// A walk through a mesh of which ztunnel's part for any one namespace is known beside the
  /// shards.
  ///
  /// @throws IllegalArgumentException when there is no shard for ztunnel, as of a mesh with errors
  public static Walk of(
      PlacedMesh placed, List<PolicyShard> shards, Function<String, PolicyShard> ztunnelIn) {
    var mesh = placed.mesh();
    return new Walk(
        new Planner(mesh, new Proxies(shards, ztunnelIn)), mesh.settings().clusterDomain());
  }

  /// The answer to a case.
  public Outcome answer(Case asked) {
    return switch (planner.plan(asked)) {
      case Planned.Nowhere(var message, var help) ->
          new Outcome.Unanswerable(Why.UNKNOWN_NAME, message, help);
      case Planned.Trips(var trips) -> answer(asked, trips);
    };
  }

  /// The name of the workload that a name stands for: its own, or that of one of its pods.
  public Optional<String> workload(String namespace, String name) {
    return planner.workloads(namespace, name).stream()
        .map(workload -> workload.syntax().metadata().name())
        .findFirst();
  }

  private Outcome answer(Case asked, List<Trip> trips) {
    AddressSpace space = AddressSpace.of(asked, trips);
    List<Journey> journeys = journeys(asked, trips, space.first());
    List<Decision> decisions = journeys.stream().map(Journey::decision).toList();
    if (space.choices() > MOST_CHOICES) {
      return unknownAddress("the policies on the way tell too many addresses apart");
    }
    for (Addresses other : space.others()) {
      List<Journey> elsewhere = journeys(asked, trips, other);
      if (!elsewhere.stream().map(Journey::decision).toList().equals(decisions)) {
        return unknownAddress(
            "the answer depends on an address that the case leaves open: "
                + difference(space.first(), other));
      }
    }
    return decisions.stream().distinct().count() > 1
        ? new Outcome.Divided(journeys)
        : new Outcome.Answered(decisions.getFirst(), journeys);
  }

  private static Outcome unknownAddress(String message) {
    return new Outcome.Unanswerable(
        Why.OPEN_ADDRESS,
        message,
        "give the client's address in `from.ip`, or the address dialled in `to.ip`");
  }

  private static String difference(Addresses one, Addresses other) {
    if (!one.source().equals(other.source())) {
      return "the client's, such as " + other.source().getHostAddress();
    }
    return one.workload().equals(other.workload())
        ? "the Service's, such as " + other.service().getHostAddress()
        : "the workload's, such as " + other.workload().getHostAddress();
  }

  private List<Journey> journeys(Case asked, List<Trip> trips, Addresses addresses) {
    return trips.stream().map(trip -> journey(asked, trip, addresses)).toList();
  }

  private Journey journey(Case asked, Trip trip, Addresses addresses) {
    var hops = new ArrayList<Hop>();
    for (Stop stop : trip.stops()) {
      Facts facts = facts(asked, stop, addresses);
      var decider = stop.sliced().decider();
      Verdict verdict =
          switch (facts) {
            case Facts.OfConnection(var connection) -> decider.decide(connection);
            case Facts.OfRequest(var request) -> decider.decide(request);
          };
      hops.add(new Hop(stop.proxy(), stop.workload(), facts, stop.sliced().set(), verdict));
      if (!verdict.allows()) {
        break;
      }
    }
    return new Journey(hops, trip.route(), trip.ending());
  }

  private Facts facts(Case asked, Stop stop, Addresses at) {
    var workload = new AddressPort(at.workload(), stop.port());
    Peer peer = asked.from().peer();
    return switch (stop.view()) {
      case View.Dialled() ->
          new Facts.OfConnection(new Connection(peer, at.source(), workload, null));
      case View.Relayed(var id) ->
          new Facts.OfConnection(
              new Connection(new Peer.Identified(id), OF_WAYPOINT, workload, null));
      case View.Tunnel(int port) ->
          new Facts.OfConnection(
              new Connection(peer, at.source(), workload, new AddressPort(at.service(), port)));
      case View.Request(int port, var path) -> {
        var connection =
            new Connection(peer, at.source(), workload, new AddressPort(at.service(), port));
        yield new Facts.OfRequest(
            request(connection, path, asked.http().orElseThrow(), new Named(asked, stop)));
      }
    };
  }

  private record Named(Case asked, Stop stop) {}

  private HttpRequest request(Connection connection, String path, Http http, Named named) {
    var authentications = named.stop().sliced().set().authentications();
    Presented presented = Presented.of(http.token(), authentications);
    String authority = authority(http, named.asked());
    var headers = ClientHeaders.of(http, authority);
    named.stop().sliced().derivedHeaders().forEach(headers::remove);
    headers.putAll(presented.derivedHeaders());
    return new HttpRequest(
        connection, http.method(), authority, path, Headers.of(headers), presented.credential());
  }

  /// What conditions compare: without the root label's dot.
  private String authority(Http http, Case asked) {
    if (http.host().isEmpty()) {
      return asked.to().name() + "." + asked.to().namespace() + ".svc." + clusterDomain;
    }
    int colon = http.host().endsWith("]") ? -1 : http.host().lastIndexOf(':');
    String host = colon < 0 ? http.host() : http.host().substring(0, colon);
    String port = colon < 0 ? "" : http.host().substring(colon);
    return (host.length() > 1 && host.endsWith(".") ? host.substring(0, host.length() - 1) : host)
        + port;
  }
}
