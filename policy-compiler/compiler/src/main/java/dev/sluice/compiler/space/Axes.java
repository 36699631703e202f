package dev.sluice.compiler.space;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.StringMatch;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Makes the axes of a space: finds for each a complete list of candidate values.
record Axes(Vocabulary vocabulary, Realm realm, Effort effort) {
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");
  private static final int LAST_PORT = 65_535;

  Axis<Peer> peer() {
    var candidates = new ArrayList<Peer>();
    realm.identities().forEach(id -> candidates.add(new Peer.Identified(id)));
    candidates.add(Peer.anonymous());
    List<Automaton> automata = vocabulary.peers().stream().map(IdentityAutomaton::of).toList();
    for (String text : TextCells.examples(IdentityAutomaton.all(), automata, effort)) {
      SpiffeId.parsePrincipal(text).ifPresent(id -> candidates.add(new Peer.Identified(id)));
    }
    return Axis.of(
        new Axis.Plan<>(
            new Aspect.PeerIdentity(),
            vocabulary.peers(),
            Point::withPeer,
            request -> request.connection().peer() instanceof Peer.Anonymous),
        candidates,
        effort);
  }

  Axis<InetAddress> source() {
    List<Cidr> blocks = vocabulary.sources().stream().map(Condition.SourceAddress::block).toList();
    return Axis.of(
        Axis.Plan.of(new Aspect.SourceAddress(), vocabulary.sources(), Point::withSource),
        AddressCells.examples(blocks, effort),
        effort);
  }

  Axis<InetAddress> workloadAddress() {
    List<Cidr> blocks =
        vocabulary.workloads().stream().map(Condition.WorkloadAddress::block).toList();
    return Axis.of(
        Axis.Plan.of(
            new Aspect.WorkloadAddress(),
            vocabulary.workloads(),
            (Point point, InetAddress address) ->
                point.withWorkload(new AddressPort(address, point.workload().port()))),
        AddressCells.examples(blocks, effort),
        effort);
  }

  Axis<Integer> workloadPort() {
    Set<Integer> mentioned = new TreeSet<>();
    vocabulary.ports().forEach(leaf -> mentioned.add(leaf.port()));
    return Axis.of(
        Axis.Plan.of(
            new Aspect.WorkloadPort(),
            vocabulary.ports(),
            (Point point, Integer port) ->
                point.withWorkload(new AddressPort(point.workload().address(), port))),
        ports(mentioned),
        effort);
  }

  private List<Integer> ports(Set<Integer> mentioned) {
    var candidates = new LinkedHashSet<>(realm.ports());
    candidates.addAll(mentioned);
    int other = LAST_PORT;
    while (mentioned.contains(other)) {
      other--;
    }
    candidates.add(other);
    return List.copyOf(candidates);
  }

  Axis<Optional<AddressPort>> service() {
    var blocks = new ArrayList<Cidr>();
    Set<Integer> mentioned = new TreeSet<>();
    for (Condition.L4 leaf : vocabulary.services()) {
      if (leaf instanceof Condition.ServiceAddress(var block)) {
        blocks.add(block);
      } else if (leaf instanceof Condition.ServicePort(int port)) {
        mentioned.add(port);
      }
    }
    var candidates = new ArrayList<Optional<AddressPort>>();
    candidates.add(Optional.empty());
    for (InetAddress address : AddressCells.examples(blocks, effort)) {
      for (int port : ports(mentioned)) {
        candidates.add(Optional.of(new AddressPort(address, port)));
      }
    }
    return Axis.of(
        new Axis.Plan<>(
            new Aspect.AddressedService(),
            vocabulary.services(),
            Point::withService,
            request -> request.connection().service() == null),
        candidates,
        effort);
  }

  Axis<String> method() {
    List<Automaton> automata =
        vocabulary.methods().stream().map(leaf -> Automaton.of(leaf.value())).toList();
    return Axis.of(
        Axis.Plan.of(
            new Aspect.Method(),
            vocabulary.methods(),
            (Point point, String method) -> {
              var old = point.operation();
              return point.withOperation(
                  new Point.Operation(method, old.host(), old.path(), old.headers()));
            }),
        texts(METHODS, realm.methods(), automata),
        effort);
  }

  Axis<String> host() {
    List<Automaton> automata =
        vocabulary.hosts().stream().map(leaf -> Automaton.of(folded(leaf.value()))).toList();
    return Axis.of(
        Axis.Plan.of(
            new Aspect.Host(),
            vocabulary.hosts(),
            (Point point, String host) -> {
              var old = point.operation();
              return point.withOperation(
                  new Point.Operation(old.method(), host, old.path(), old.headers()));
            }),
        texts(realm.hosts(), realm.hostNames(), automata),
        effort);
  }

  /// Hosts are compared without regard to the case of ASCII letters, so only small ones are tried.
  private static StringMatch folded(StringMatch match) {
    return switch (match) {
      case StringMatch.Exact(var value) -> new StringMatch.Exact(folded(value));
      case StringMatch.Prefix(var value) -> new StringMatch.Prefix(folded(value));
      case StringMatch.Suffix(var value) -> new StringMatch.Suffix(folded(value));
      case StringMatch.Present present -> present;
    };
  }

  private static String folded(String text) {
    var folded = new StringBuilder(text);
    for (int i = 0; i < folded.length(); i++) {
      char c = folded.charAt(i);
      folded.setCharAt(i, c < 0x80 ? Character.toLowerCase(c) : c);
    }
    return folded.toString();
  }

  Axis<String> path() {
    List<Automaton> automata =
        vocabulary.paths().stream()
            .map(leaf ->
                leaf instanceof Condition.TemplatedPath(var template)
                    ? new TemplateAutomaton(template)
                    : Automaton.of(((Condition.Path) leaf).value()))
            .toList();
    return Axis.of(
        Axis.Plan.of(
            new Aspect.Path(),
            vocabulary.paths(),
            (Point point, String path) -> {
              var old = point.operation();
              return point.withOperation(
                  new Point.Operation(old.method(), old.host(), path, old.headers()));
            }),
        texts(List.of("/"), realm.paths(), automata),
        effort);
  }

  List<Axis<Optional<String>>> headers() {
    var axes = new ArrayList<Axis<Optional<String>>>();
    vocabulary.headers().forEach((name, leaves) -> axes.add(header(name, leaves)));
    return axes;
  }

  private Axis<Optional<String>> header(String name, Set<Condition.Header> leaves) {
    var candidates = new ArrayList<Optional<String>>();
    candidates.add(Optional.empty());
    List<Automaton> automata = leaves.stream().map(leaf -> Automaton.of(leaf.value())).toList();
    texts(List.of(), realm.headerValues(), automata)
        .forEach(text -> candidates.add(Optional.of(text)));
    return Axis.of(
        Axis.Plan.of(
            new Aspect.Header(name),
            leaves,
            (Point point, Optional<String> value) ->
                point.withOperation(point.operation().withHeader(name, value))),
        candidates,
        effort);
  }

  /// The texts of each claim, divided as if it had a single one.
  SortedMap<List<String>, Axis<String>> claims() {
    var axes = new TreeMap<List<String>, Axis<String>>(vocabulary.claims().comparator());
    vocabulary
        .claims()
        .forEach((path, leaves) -> {
          List<Automaton> automata =
              leaves.stream().map(leaf -> Automaton.of(leaf.value())).toList();
          axes.put(
              path,
              Axis.of(
                  Axis.Plan.of(
                      new Aspect.ClaimText(path, ""),
                      leaves,
                      (Point point, String text) -> point.withClaim(path, text)),
                  texts(List.of(), Automaton.everything(), automata),
                  effort));
        });
    return axes;
  }

  private List<String> texts(
      Collection<String> known, Automaton domain, Collection<Automaton> automata) {
    return TextCells.inOrder(known, TextCells.examples(domain, automata, effort));
  }
}
