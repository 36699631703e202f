package dev.sluice.runtime.mesh;

import dev.sluice.runtime.mesh.Service.LoadBalancing;
import dev.sluice.runtime.mesh.Service.Mode;
import dev.sluice.runtime.mesh.Service.Preference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Chooses one endpoint: the best rank by locality, then at random by capacity.
///
/// Pure: the caller brings the randomness. Source: Istio workload API, `LoadBalancing`.
public final class EndpointChoice {

  private EndpointChoice() {}

  /// Picks an endpoint for a client; empty when none qualifies.
  ///
  /// @param random any value; equal inputs pick the same endpoint
  public static Optional<Endpoint> pick(
      List<Endpoint> endpoints, LoadBalancing balancing, @Nullable Workload client, long random) {
    List<Endpoint> candidates =
        switch (balancing.mode()) {
          case STANDARD, PASSTHROUGH -> endpoints;
          case STRICT, FAILOVER -> ranked(endpoints, balancing, client);
        };
    return byCapacity(candidates, random);
  }

  private static List<Endpoint> ranked(
      List<Endpoint> endpoints, LoadBalancing balancing, @Nullable Workload client) {
    var best = new ArrayList<Endpoint>();
    int bestRank = balancing.mode() == Mode.STRICT ? fullRank(balancing.preferences()) : 0;
    for (Endpoint endpoint : endpoints) {
      int rank = client == null ? 0 : rank(balancing.preferences(), endpoint.workload(), client);
      if (rank > bestRank) {
        best.clear();
        bestRank = rank;
      }
      if (rank == bestRank) {
        best.add(endpoint);
      }
    }
    return best;
  }

  private static boolean isNetworkFirst(List<Preference> preferences) {
    return !preferences.isEmpty() && preferences.getFirst() == Preference.NETWORK;
  }

  /// The rank of an endpoint that matches every preference.
  private static int fullRank(List<Preference> preferences) {
    int all = preferences.size();
    return isNetworkFirst(preferences) ? 2 * all - 1 : all;
  }

  /// The number of leading matches. Where the network comes first, being on the client's outweighs
  /// all that follows, and what follows still orders the endpoints of other networks.
  private static int rank(List<Preference> preferences, Workload endpoint, Workload client) {
    int rank = 0;
    for (Preference preference : preferences) {
      boolean matches = matches(preference, endpoint, client);
      boolean leads = preference == Preference.NETWORK && preference == preferences.getFirst();
      if (matches) {
        rank += leads ? preferences.size() : 1;
      } else if (!leads) {
        return rank;
      }
    }
    return rank;
  }

  private static boolean matches(Preference preference, Workload endpoint, Workload client) {
    var there = endpoint.origin();
    var here = client.origin();
    return switch (preference) {
      case REGION -> there.locality().region().equals(here.locality().region());
      case ZONE -> there.locality().zone().equals(here.locality().zone());
      case SUBZONE -> there.locality().subzone().equals(here.locality().subzone());
      case NODE -> endpoint.node().equals(client.node());
      case CLUSTER -> there.cluster().equals(here.cluster());
      case NETWORK -> endpoint.network().equals(client.network());
    };
  }

  private static Optional<Endpoint> byCapacity(List<Endpoint> candidates, long random) {
    long total = candidates.stream().mapToLong(endpoint -> endpoint.workload().capacity()).sum();
    if (total <= 0) {
      return Optional.empty();
    }
    long ticket = Math.floorMod(random, total);
    for (Endpoint endpoint : candidates) {
      ticket -= endpoint.workload().capacity();
      if (ticket < 0) {
        return Optional.of(endpoint);
      }
    }
    return Optional.empty();
  }
}
