package dev.sluice.compiler.hazard;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.RouteParent;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.place.District;
import dev.sluice.compiler.place.District.Ranked;
import dev.sluice.compiler.place.Districts;
import dev.sluice.compiler.settings.MeshSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What decides the requests that are asked about one namespace.
///
/// Beside its own policies and the wide ones these are the policies that its requests meet when a
/// route sends them to another namespace, and what a waypoint that it shares makes of tokens.
///
/// @param wide the policies that may concern several namespaces
/// @param walk whether anything can be asked at all
/// @param met what of other namespaces its requests may meet
record Surroundings(
    District district, List<Ranked> wide, MeshSettings settings, Walkable walk, List<Object> met) {

  /// Whether there is anything to walk through.
  enum Walkable {
    YES,
    NO
  }

  /// Tells the surroundings of every namespace of one mesh.
  static final class Teller {
    private final LinkedMesh mesh;
    private final Districts districts;
    private final Walkable walk;
    private final Map<String, String> joined = new HashMap<>();
    private final Map<String, List<District>> groups = new HashMap<>();
    private final Map<String, List<Object>> tokens = new HashMap<>();

    Teller(LinkedMesh mesh, Districts districts, Walkable walk) {
      this.mesh = mesh;
      this.districts = districts;
      this.walk = walk;
      districts.wide().forEach(ranked -> join(ranked.placement().policy()));
      for (District district : districts.all()) {
        if (joined.containsKey(district.namespace())) {
          // also shortens the way to the root, which `of` relies on
          groups.computeIfAbsent(root(district.namespace()), _ -> new ArrayList<>()).add(district);
        }
      }
      mesh.waypoints().forEach(this::share);
    }

    /// Namespaces between which a route that we apply sends requests.
    private void join(LinkedPolicy policy) {
      if (!(policy instanceof LinkedPolicy.Route route)
          || route.parents().stream().allMatch(RouteParent.NotOurs.class::isInstance)) {
        return;
      }
      String home = policy.syntax().metadata().namespace();
      for (RouteParent parent : route.parents()) {
        switch (parent) {
          case RouteParent.OfService(var service, int _, var _) -> join(home, service.namespace());
          case RouteParent.OfWaypoint(var waypoint, var _) ->
              mesh.servicesOf(waypoint).forEach(service -> join(home, service.namespace()));
          case RouteParent.NotOurs _ -> {}
        }
      }
      route
          .syntax()
          .rules()
          .forEach(rule -> rule.backends().forEach(backend -> join(home, backend.namespace())));
    }

    private void join(String one, String other) {
      String first = root(one);
      joined.put(root(other), first);
    }

    private String root(String namespace) {
      String above = joined.computeIfAbsent(namespace, name -> name);
      while (!above.equals(joined.getOrDefault(above, above))) {
        above = joined.getOrDefault(above, above);
      }
      joined.put(namespace, above);
      return above;
    }

    /// A waypoint takes the headers that any RequestAuthentication it has derives away from every
    /// client.
    private void share(Waypoint waypoint) {
      Set<String> served = new TreeSet<>();
      for (LinkedService service : mesh.servicesOf(waypoint)) {
        served.add(service.namespace());
      }
      if (served.size() > 1) {
        List<Object> own = new ArrayList<>();
        for (String namespace : served) {
          for (LinkedPolicy policy : districts.policiesOf(namespace)) {
            if (policy instanceof LinkedPolicy.RequestAuth) {
              own.add(policy);
            }
          }
        }
        served.forEach(
            namespace -> tokens.computeIfAbsent(namespace, _ -> new ArrayList<>()).addAll(own));
      }
    }

    Surroundings of(District district) {
      String namespace = district.namespace();
      var met = new ArrayList<>(tokens.getOrDefault(namespace, List.of()));
      if (joined.containsKey(namespace)) {
        met.addAll(groups.getOrDefault(joined.get(namespace), List.of()));
      }
      return new Surroundings(district, districts.wide(), mesh.settings(), walk, met);
    }
  }
}
