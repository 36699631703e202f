package dev.sluice.compiler.traffic;

import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.traffic.Access.Destination;
import dev.sluice.compiler.traffic.Access.Kind;
import dev.sluice.compiler.traffic.Suggested.Rule;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Least-privilege policies from observations: what was allowed, and nothing else, for every
/// destination that was seen.
public final class Suggestions {

  /// Labels that a controller writes anew with every revision.
  private static final Set<String> OF_CONTROLLERS =
      Set.of(
          "pod-template-hash",
          "controller-revision-hash",
          "pod-template-generation",
          "statefulset.kubernetes.io/pod-name");

  private final Observations seen;
  private final List<Suggested> policies = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Suggestions(Observations seen) {
    this.seen = seen;
  }

  /// Policies in the order of their destinations, and what has to be known about them, one sentence
  /// each.
  public record Result(List<Suggested> policies, List<String> notes) {
    public Result {
      policies = List.copyOf(policies);
      notes = List.copyOf(notes);
    }
  }

  /// The suggestions for a log.
  public static Result of(Observations seen) {
    var suggestions = new Suggestions(seen);
    suggestions.services();
    suggestions.workloads();
    suggestions.noteConflicts();
    return new Result(suggestions.policies, suggestions.notes);
  }

  /// How a suggestion decides what was observed: requests that come out otherwise than recorded.
  public static List<String> disagreements(Observations seen, Judge suggested) {
    var differ = new ArrayList<String>();
    seen.allowed().forEach((access, recorded) -> check(access, recorded, suggested, differ));
    seen.refused()
        .forEach((access, recorded) -> {
          if (!seen.allowed().containsKey(access)) {
            check(access, recorded, suggested, differ);
          }
        });
    return differ;
  }

  private static void check(
      Access access, Recorded recorded, Judge suggested, List<String> differ) {
    boolean wanted = recorded.was().decision() == Decision.ALLOW;
    boolean agrees =
        suggested.judge(recorded, Optional.empty()) instanceof Judged.Decided decided
            && (decided.decision() == Decision.ALLOW) == wanted;
    if (!agrees) {
      differ.add(words(access) + " was " + (wanted ? "allowed" : "refused"));
    }
  }

  private static String words(Access access) {
    String client = access.client().isEmpty() ? "plaintext" : access.client();
    return client
        + " to "
        + access.destination().namespace()
        + "/"
        + access.destination().name()
        + " port "
        + access.port()
        + access.operation().map(o -> " " + o.method() + " " + o.path()).orElse("");
  }

  private NavigableSet<Destination> destinations(Kind kind) {
    var found = new TreeSet<Destination>();
    Stream.concat(seen.allowed().keySet().stream(), seen.refused().keySet().stream())
        .map(Access::destination)
        .filter(destination -> destination.kind() == kind)
        .forEach(found::add);
    return found;
  }

  private List<Access> allowed(Destination destination) {
    return seen.allowed().keySet().stream()
        .filter(access -> access.destination().equals(destination))
        .toList();
  }

  private void services() {
    for (Destination destination : destinations(Kind.SERVICE)) {
      List<Access> accesses = allowed(destination);
      var rules = new ArrayList<>(requests(destination, accesses));
      rules.addAll(connections(accesses.stream().filter(a -> a.operation().isEmpty()).toList()));
      policies.add(
          new Suggested(
              destination.namespace(),
              destination.name() + "-observed",
              new TreeMap<>(),
              destination.name(),
              exempt(destination),
              rules));
    }
  }

  /// Principals that dialled pods of the Service directly: without an exemption its guard refuses
  /// them.
  private List<String> exempt(Destination service) {
    var principals = new TreeSet<String>();
    for (Access access : seen.allowed().keySet()) {
      if (access.destination().kind() == Kind.WORKLOAD
          && servicesOf(access.destination()).anyMatch(s -> isNamed(s, service))) {
        if (access.client().isEmpty()) {
          notes.add("left out, because a guard exempts identities only: " + words(access));
        } else {
          principals.add(access.client());
        }
      }
    }
    return List.copyOf(principals);
  }

  private static boolean isNamed(LinkedService service, Destination destination) {
    return service.namespace().equals(destination.namespace())
        && service.name().equals(destination.name());
  }

  private Stream<LinkedService> servicesOf(Destination workload) {
    return workload(workload).stream().flatMap(found -> found.servicesBehindWaypoint().stream());
  }

  private Optional<LinkedWorkload> workload(Destination destination) {
    return seen.mesh().workloads().stream()
        .filter(w -> w.syntax().metadata().namespace().equals(destination.namespace()))
        .filter(w -> w.syntax().metadata().name().equals(destination.name()))
        .findFirst();
  }

  /// Workloads with the same labels get one policy; those behind a Service that has one get none,
  /// because it would admit through the waypoint what was seen beside it.
  private void workloads() {
    NavigableSet<Destination> services = destinations(Kind.SERVICE);
    Map<List<String>, List<Destination>> byLabels = new TreeMap<>(Suggestions::compare);
    for (Destination destination : destinations(Kind.WORKLOAD)) {
      boolean covered =
          servicesOf(destination).anyMatch(s -> services.stream().anyMatch(d -> isNamed(s, d)));
      if (!covered) {
        List<String> key = new ArrayList<>(List.of(destination.namespace()));
        labels(destination).forEach((name, value) -> key.add(name + "=" + value));
        byLabels.computeIfAbsent(key, _ -> new ArrayList<>()).add(destination);
      }
    }
    byLabels.values().forEach(this::workload);
  }

  private static int compare(List<String> one, List<String> other) {
    return String.join(" ", one).compareTo(String.join(" ", other));
  }

  private void workload(List<Destination> alike) {
    Destination first = alike.getFirst();
    NavigableMap<String, String> labels = labels(first);
    if (labels.isEmpty()) {
      notes.add(
          "no policy for workload "
              + first.namespace()
              + "/"
              + first.name()
              + ": its pods have no labels to select them by");
      return;
    }
    List<Access> accesses = alike.stream().flatMap(one -> allowed(one).stream()).toList();
    policies.add(
        new Suggested(
            first.namespace(),
            first.name() + "-observed",
            labels,
            "",
            List.of(),
            connections(accesses)));
  }

  private NavigableMap<String, String> labels(Destination destination) {
    var labels = new TreeMap<String, String>();
    workload(destination).ifPresent(found -> labels.putAll(found.syntax().podLabels()));
    labels.keySet().removeAll(OF_CONTROLLERS);
    return labels;
  }

  /// Clients with the same ports share a rule.
  private List<Rule> connections(List<Access> accesses) {
    var ports = new TreeMap<String, NavigableSet<Integer>>();
    for (Access access : accesses) {
      ports.computeIfAbsent(access.client(), _ -> new TreeSet<>()).add(access.port());
    }
    var clients = new TreeMap<String, List<String>>();
    ports.forEach((client, some) ->
        clients
            .computeIfAbsent(
                client.isEmpty() ? "plaintext" : some.toString(), _ -> new ArrayList<>())
            .add(client));
    var rules = new ArrayList<Rule>();
    clients
        .values()
        .forEach(group -> {
          List<String> texts =
              ports.getOrDefault(group.getFirst(), new TreeSet<>()).stream()
                  .map(String::valueOf)
                  .toList();
          boolean plaintext = group.getFirst().isEmpty();
          rules.add(
              new Rule(
                  plaintext ? List.of() : group,
                  plaintext ? addresses(accesses) : List.of(),
                  texts,
                  List.of(),
                  List.of()));
        });
    return rules;
  }

  private List<String> addresses(List<Access> accesses) {
    return accesses.stream()
        .filter(access -> access.client().isEmpty())
        .map(seen.allowed()::get)
        .map(Recorded::asked)
        .map(Case::from)
        .flatMap(client -> client.address().stream())
        .map(InetAddress::getHostAddress)
        .distinct()
        .sorted()
        .toList();
  }

  /// Clients with the same methods on the same paths share a rule.
  private List<Rule> requests(Destination destination, List<Access> accesses) {
    var methods = new TreeMap<String, NavigableSet<String>>();
    var listed = new TreeMap<String, List<String>>();
    paths(accesses)
        .forEach((key, some) -> {
          String client = client(key);
          String method = key.substring(client.length() + 1);
          PathShapes.Listed list = PathShapes.of(some, refused(destination, client, method));
          list.unspeakable()
              .forEach(
                  path -> notes.add("left out, because no policy can name it: `" + path + "`"));
          if (!list.paths().isEmpty()) {
            String group = client + " " + String.join(" ", list.paths());
            methods.computeIfAbsent(group, _ -> new TreeSet<>()).add(method);
            listed.put(group, list.paths());
          }
        });
    var alike = new TreeMap<String, List<String>>();
    methods.forEach((group, some) ->
        alike
            .computeIfAbsent(some + group.substring(group.indexOf(' ')), _ -> new ArrayList<>())
            .add(group));
    List<String> ports = httpPorts(destination, accesses);
    return alike.values().stream()
        .map(groups ->
            new Rule(
                groups.stream().map(Suggestions::client).toList(),
                List.of(),
                ports,
                List.copyOf(methods.getOrDefault(groups.getFirst(), new TreeSet<>())),
                listed.getOrDefault(groups.getFirst(), List.of())))
        .toList();
  }

  /// The paths by client and method, which are joined by a blank.
  private static NavigableMap<String, NavigableSet<String>> paths(List<Access> accesses) {
    var paths = new TreeMap<String, NavigableSet<String>>();
    for (Access access : accesses) {
      access
          .operation()
          .ifPresent(operation ->
              paths
                  .computeIfAbsent(access.client() + " " + operation.method(), _ -> new TreeSet<>())
                  .add(operation.path()));
    }
    return paths;
  }

  private static String client(String key) {
    return key.substring(0, key.indexOf(' '));
  }

  /// The ports that requests went to, unless the Service has no other.
  private List<String> httpPorts(Destination destination, List<Access> accesses) {
    int all =
        seen.mesh()
            .service(destination.namespace(), destination.name())
            .map(service -> service.ports().size())
            .orElse(0);
    return all == 1
        ? List.of()
        : accesses.stream()
            .filter(access -> access.operation().isPresent())
            .map(Access::port)
            .distinct()
            .sorted()
            .map(String::valueOf)
            .toList();
  }

  private NavigableSet<String> refused(Destination destination, String client, String method) {
    var paths = new TreeSet<String>();
    for (Access access : seen.refused().keySet()) {
      if (access.destination().equals(destination) && access.client().equals(client)) {
        access
            .operation()
            .filter(operation -> operation.method().equals(method))
            .ifPresent(operation -> paths.add(operation.path()));
      }
    }
    return paths;
  }

  private void noteConflicts() {
    for (Access access : seen.refused().keySet()) {
      if (seen.allowed().containsKey(access)) {
        notes.add(
            "both allowed and refused, by a header or token that is not logged; add the condition:"
                + " "
                + words(access));
      }
    }
  }
}
