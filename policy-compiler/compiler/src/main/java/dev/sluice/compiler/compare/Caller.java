package dev.sluice.compiler.compare;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.space.Answer;
import dev.sluice.compiler.space.Realm;
import dev.sluice.compiler.space.Region;
import dev.sluice.compiler.space.Space;
import dev.sluice.compiler.space.Vocabulary;
import dev.sluice.compiler.space.Wording;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Who calls: an identity, or one that stands for all of its kind.
public record Caller(String name, Peer peer) {

  /// Everybody whom the policies of a mesh can tell apart: the workloads, the identities policies
  /// name, one for each pattern, one for all others, and plaintext.
  static Answer<List<Caller>> of(MeshRevision revision) {
    LinkedMesh mesh = revision.placed().mesh();
    Set<Condition.L4> leaves = new LinkedHashSet<>();
    for (PolicyShard shard : revision.shards()) {
      shard
          .policies()
          .forEach(policy -> policy.rules().forEach(rule -> collect(rule.condition(), leaves)));
      for (Guard guard : shard.guards()) {
        guard.exempt().forEach(match -> leaves.add(new Condition.Principal(match)));
      }
    }
    Map<String, SpiffeId> single = new TreeMap<>();
    Callers.identities(mesh).forEach(id -> single.put(id.principal(), id));
    leaves.forEach(leaf -> named(leaf, mesh, single));
    List<Condition> exact =
        single.keySet().stream()
            .map(text -> (Condition) new Condition.Principal(new StringMatch.Exact(text)))
            .toList();
    Vocabulary vocabulary = Vocabulary.of(leaves);
    exact.forEach(vocabulary::add);
    Realm realm = Realm.of(mesh.settings().pathNormalization());
    return Space.explore(
        vocabulary, realm, space -> callers(space, single, exact, patterns(leaves, mesh)));
  }

  private static List<Caller> callers(
      Space space,
      Map<String, SpiffeId> single,
      List<Condition> exact,
      Map<String, Condition> patterns) {
    var callers = new ArrayList<Caller>();
    single.forEach((name, id) -> callers.add(new Caller(name, new Peer.Identified(id))));
    Region others =
        space.all().minus(space.anonymous()).minus(space.of(new Condition.AnyOf(exact)));
    for (var pattern : patterns.entrySet()) {
      space
          .of(pattern.getValue())
          .and(others)
          .example()
          .ifPresent(point -> callers.add(new Caller(pattern.getKey(), point.peer())));
    }
    others
        .minus(space.of(new Condition.AnyOf(List.copyOf(patterns.values()))))
        .example()
        .ifPresent(point -> callers.add(new Caller("any other mesh identity", point.peer())));
    callers.add(new Caller("plaintext", Peer.anonymous()));
    return callers;
  }

  private static void collect(Condition condition, Set<Condition.L4> leaves) {
    switch (condition) {
      case Condition.AllOf(var terms) -> terms.forEach(term -> collect(term, leaves));
      case Condition.AnyOf(var terms) -> terms.forEach(term -> collect(term, leaves));
      case Condition.Not(var term) -> collect(term, leaves);
      case Condition.Principal leaf -> leaves.add(leaf);
      case Condition.PeerNamespace leaf -> leaves.add(leaf);
      case Condition.PeerServiceAccount leaf -> leaves.add(leaf);
      case Condition.PeerTrustDomain leaf -> leaves.add(leaf);
      case Condition.L4 _, Condition.L7 _ -> {}
    }
  }

  private static void named(Condition.L4 leaf, LinkedMesh mesh, Map<String, SpiffeId> single) {
    String principal =
        switch (leaf) {
          case Condition.Principal(StringMatch.Exact(var text)) -> text;
          case Condition.PeerServiceAccount(var namespace, var name) ->
              mesh.settings().trustDomain().name() + "/ns/" + namespace + "/sa/" + name;
          case Condition.L4 _ -> "";
        };
    SpiffeId.parsePrincipal(principal).ifPresent(id -> single.put(principal, id));
  }

  /// What policies say about more than one identity, by its name.
  private static Map<String, Condition> patterns(Set<Condition.L4> leaves, LinkedMesh mesh) {
    String own = mesh.settings().trustDomain().name();
    Condition inOwn = Condition.PeerTrustDomain.of(mesh.settings().trustDomain());
    Map<String, Condition> patterns = new LinkedHashMap<>();
    for (Condition.L4 leaf : leaves) {
      switch (leaf) {
        case Condition.Principal(StringMatch.Prefix match) ->
            patterns.put("others matching " + Wording.text(match), leaf);
        case Condition.Principal(StringMatch.Suffix match) ->
            patterns.put("others matching " + Wording.text(match), leaf);
        case Condition.PeerNamespace(var match) ->
            patterns.put(
                "others in namespace " + Wording.text(match),
                new Condition.AllOf(List.of(inOwn, leaf)));
        case Condition.PeerTrustDomain(var match) when !Wording.text(match).equals(own) ->
            patterns.put("others of trust domain " + Wording.text(match), leaf);
        case Condition.L4 _ -> {}
      }
    }
    return new TreeMap<>(patterns);
  }
}
