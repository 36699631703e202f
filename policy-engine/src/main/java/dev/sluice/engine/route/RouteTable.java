package dev.sluice.engine.route;

import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Routes that merge: all their matches, best first, so that the first that holds decides.
final class RouteTable {

  /// What a rule without matches asks for.
  private static final Match ANY = new Match(new PathMatch.Prefix("/"), null, List.of(), List.of());

  /// A file has no creation time, so the name decides between routes.
  private static final Comparator<Entry> BEST_FIRST =
      Comparator.comparing(Entry::matcher, RequestMatcher.MOST_SPECIFIC_FIRST)
          .thenComparing(entry -> name(entry.forward().route()));

  private final List<Entry> entries;

  private RouteTable(List<Entry> entries) {
    this.entries = entries;
  }

  private record Entry(RequestMatcher matcher, Resolution.Forward forward) {}

  static RouteTable of(List<HttpRoute> routes) {
    var entries = new ArrayList<Entry>();
    for (HttpRoute route : routes) {
      for (HttpRoute.Rule rule : route.rules()) {
        for (Match match : rule.matches().isEmpty() ? List.of(ANY) : rule.matches()) {
          entries.add(
              new Entry(RequestMatcher.of(match), new Resolution.Forward(route, rule, match)));
        }
      }
    }
    // the sort is stable: within a route the first rule and match wins
    entries.sort(BEST_FIRST);
    return new RouteTable(List.copyOf(entries));
  }

  private static String name(HttpRoute route) {
    return route.id().namespace() + "/" + route.id().name();
  }

  Resolution resolve(RouteRequest request) {
    for (Entry entry : entries) {
      if (entry.matcher().matches(request)) {
        return entry.forward();
      }
    }
    return new Resolution.NoRouteMatched();
  }
}
