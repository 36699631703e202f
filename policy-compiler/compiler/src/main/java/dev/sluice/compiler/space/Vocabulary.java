package dev.sluice.compiler.space;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.StringMatch;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The leaves of the conditions a space must be able to tell apart, by what they look at.
public final class Vocabulary {
  private static final List<String> ISSUER = List.of("iss");
  private static final List<String> AUDIENCE = List.of("aud");
  private static final List<String> SUBJECT = List.of("sub");

  private final Set<Condition.L4> peers = new LinkedHashSet<>();
  private final Set<Condition.SourceAddress> sources = new LinkedHashSet<>();
  private final Set<Condition.WorkloadAddress> workloads = new LinkedHashSet<>();
  private final Set<Condition.WorkloadPort> ports = new LinkedHashSet<>();
  private final Set<Condition.L4> services = new LinkedHashSet<>();
  private final Set<Condition.Method> methods = new LinkedHashSet<>();
  private final Set<Condition.Host> hosts = new LinkedHashSet<>();
  private final Set<Condition.L7> paths = new LinkedHashSet<>();
  private final SortedMap<String, Set<Condition.Header>> headers = new TreeMap<>();
  private final SortedMap<List<String>, Set<Condition.Claim>> claims =
      new TreeMap<>(Comparator.comparing(path -> String.join("\0", path)));

  private Vocabulary() {}

  /// The leaves of these conditions.
  public static Vocabulary of(Collection<? extends Condition> conditions) {
    var vocabulary = new Vocabulary();
    conditions.forEach(vocabulary::add);
    return vocabulary;
  }

  /// Everything that decisions by these sets look at.
  public static Vocabulary ofSets(Collection<PolicySet> sets) {
    var vocabulary = new Vocabulary();
    sets.forEach(vocabulary::add);
    return vocabulary;
  }

  /// Adds the leaves of a condition.
  public void add(Condition condition) {
    switch (condition) {
      case Condition.AllOf(var terms) -> terms.forEach(this::add);
      case Condition.AnyOf(var terms) -> terms.forEach(this::add);
      case Condition.Not(var term) -> add(term);
      case Condition.Principal leaf -> peers.add(leaf);
      case Condition.PeerNamespace leaf -> peers.add(leaf);
      case Condition.PeerServiceAccount leaf -> peers.add(leaf);
      case Condition.PeerTrustDomain leaf -> peers.add(leaf);
      case Condition.SourceAddress leaf -> sources.add(leaf);
      case Condition.WorkloadAddress leaf -> workloads.add(leaf);
      case Condition.WorkloadPort leaf -> ports.add(leaf);
      case Condition.ServiceAddress leaf -> services.add(leaf);
      case Condition.ServicePort leaf -> services.add(leaf);
      case Condition.Host leaf -> hosts.add(leaf);
      case Condition.Method leaf -> methods.add(leaf);
      case Condition.Path leaf -> paths.add(leaf);
      case Condition.TemplatedPath leaf -> paths.add(leaf);
      case Condition.Header leaf ->
          headers.computeIfAbsent(leaf.name(), _ -> new LinkedHashSet<>()).add(leaf);
      case Condition.RequestPrincipal leaf -> {
        add(issuer(leaf));
        add(subject(leaf));
      }
      case Condition.Claim leaf ->
          claims.computeIfAbsent(leaf.path(), _ -> new LinkedHashSet<>()).add(leaf);
    }
  }

  /// Adds everything that decisions by this set look at.
  public void add(PolicySet set) {
    for (AuthorizationPolicy policy : set.policies()) {
      policy.rules().forEach(rule -> add(rule.condition()));
    }
    set.mtls().ports().keySet().forEach(port -> add(new Condition.WorkloadPort(port)));
    for (Guard guard : set.guards()) {
      add(portsOf(guard.refuses()));
      guard.exempt().forEach(match -> add(new Condition.Principal(match)));
      for (Guard.Admission admission : guard.admits()) {
        add(waypointOf(admission));
        add(portsOf(admission.ports()));
      }
    }
    for (RequestAuthentication authentication : set.authentications()) {
      for (RequestAuthentication.JwtRule rule : authentication.rules()) {
        add(issuedBy(rule.issuer()));
        add(addressedTo(rule.audiences()));
      }
    }
  }

  /// Whether addresses of Services matter.
  public boolean mentionsServiceAddresses() {
    return services.stream().anyMatch(Condition.ServiceAddress.class::isInstance);
  }

  static Condition.Claim issuer(Condition.RequestPrincipal leaf) {
    return new Condition.Claim(ISSUER, leaf.issuer());
  }

  static Condition.Claim subject(Condition.RequestPrincipal leaf) {
    return new Condition.Claim(SUBJECT, leaf.subject());
  }

  static Condition.Claim issuedBy(String issuer) {
    return new Condition.Claim(ISSUER, new StringMatch.Exact(issuer));
  }

  static Condition addressedTo(Collection<String> audiences) {
    return new Condition.AnyOf(
        audiences.stream()
            .map(audience ->
                (Condition) new Condition.Claim(AUDIENCE, new StringMatch.Exact(audience)))
            .toList());
  }

  static Condition.Principal waypointOf(Guard.Admission admission) {
    return new Condition.Principal(new StringMatch.Exact(admission.waypoint().principal()));
  }

  /// The condition that the workload port is in the set.
  static Condition portsOf(PortSet ports) {
    return switch (ports) {
      case PortSet.Ports(var listed) -> anyPort(listed);
      case PortSet.AllExcept(var listed) -> new Condition.Not(anyPort(listed));
    };
  }

  private static Condition anyPort(Collection<Integer> ports) {
    return new Condition.AnyOf(
        ports.stream().map(port -> (Condition) new Condition.WorkloadPort(port)).toList());
  }

  /// The ports at which mTLS is required.
  static Condition strictPorts(MtlsRequirement mtls) {
    List<Integer> listed = mtls.ports().keySet().stream().sorted().toList();
    List<Integer> strict = listed.stream().filter(port -> isStrict(mtls.at(port))).toList();
    return isStrict(mtls.otherwise())
        ? new Condition.AnyOf(List.of(new Condition.Not(anyPort(listed)), anyPort(strict)))
        : anyPort(strict);
  }

  private static boolean isStrict(MtlsRequirement.Setting setting) {
    return setting.mode() == Mode.STRICT;
  }

  Set<Condition.L4> peers() {
    return peers;
  }

  Set<Condition.SourceAddress> sources() {
    return sources;
  }

  Set<Condition.WorkloadAddress> workloads() {
    return workloads;
  }

  Set<Condition.WorkloadPort> ports() {
    return ports;
  }

  Set<Condition.L4> services() {
    return services;
  }

  Set<Condition.Method> methods() {
    return methods;
  }

  Set<Condition.Host> hosts() {
    return hosts;
  }

  Set<Condition.L7> paths() {
    return paths;
  }

  SortedMap<String, Set<Condition.Header>> headers() {
    return headers;
  }

  SortedMap<List<String>, Set<Condition.Claim>> claims() {
    return claims;
  }
}
