package dev.sluice.engine.wire;

import com.google.protobuf.ByteString;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.schemas.bundle.v1.Action;
import dev.sluice.schemas.bundle.v1.ClaimMatch;
import dev.sluice.schemas.bundle.v1.Conditions;
import dev.sluice.schemas.bundle.v1.HeaderMatch;
import dev.sluice.schemas.bundle.v1.RequestPrincipal;
import dev.sluice.schemas.bundle.v1.Rule;
import dev.sluice.schemas.bundle.v1.ServiceAccount;
import dev.sluice.schemas.bundle.v1.Target;
import java.util.List;

/// Writes policies, scopes and conditions as protobuf.
final class PolicyWriter {

  private PolicyWriter() {}

  static dev.sluice.schemas.bundle.v1.AuthorizationPolicy policy(AuthorizationPolicy policy) {
    var out =
        dev.sluice.schemas.bundle.v1.AuthorizationPolicy.newBuilder()
            .setId(id(policy.id()))
            .setScope(scope(policy.scope()))
            .setAction(
                switch (policy.action()) {
                  case ALLOW -> Action.ACTION_ALLOW;
                  case DENY -> Action.ACTION_DENY;
                });
    for (var rule : policy.rules()) {
      out.addRules(
          Rule.newBuilder().setIndex(rule.index()).setCondition(condition(rule.condition(), 1)));
    }
    return out.build();
  }

  static dev.sluice.schemas.bundle.v1.PolicyId id(PolicyId id) {
    return dev.sluice.schemas.bundle.v1.PolicyId.newBuilder()
        .setKind(id.kind())
        .setNamespace(id.namespace())
        .setName(id.name())
        .build();
  }

  static dev.sluice.schemas.bundle.v1.Scope scope(Scope scope) {
    var out = dev.sluice.schemas.bundle.v1.Scope.newBuilder();
    switch (scope) {
      case Scope.Mesh() ->
          out.setMesh(dev.sluice.schemas.bundle.v1.Scope.Mesh.getDefaultInstance());
      case Scope.InNamespace(var namespace) -> out.setNamespace(namespace);
      case Scope.Selected(var namespace, var labels) ->
          out.getSelectedBuilder().setNamespace(namespace).putAllLabels(labels);
      case Scope.SelectedAnywhere(var labels) ->
          out.getSelectedAnywhereBuilder().putAllLabels(labels);
      case Scope.Addressed(var targets) ->
          out.getAddressedBuilder()
              .addAllTargets(targets.stream().map(PolicyWriter::target).toList());
    }
    return out.build();
  }

  private static Target target(Scope.Target target) {
    var out = Target.newBuilder();
    switch (target) {
      case Scope.Target.Service(var namespace, var name) ->
          out.getServiceBuilder().setNamespace(namespace).setName(name);
      case Scope.Target.ServiceEntry(var namespace, var name) ->
          out.getServiceEntryBuilder().setNamespace(namespace).setName(name);
      case Scope.Target.Waypoint(var namespace, var name) ->
          out.getWaypointBuilder().setNamespace(namespace).setName(name);
      case Scope.Target.AllWaypoints() ->
          out.setAllWaypoints(Target.AllWaypoints.getDefaultInstance());
    }
    return out.build();
  }

  static dev.sluice.schemas.bundle.v1.StringMatch match(StringMatch match) {
    var out = dev.sluice.schemas.bundle.v1.StringMatch.newBuilder();
    return switch (match) {
      case StringMatch.Exact(var value) -> out.setExact(value).build();
      case StringMatch.Prefix(var value) -> out.setPrefix(value).build();
      case StringMatch.Suffix(var value) -> out.setSuffix(value).build();
      case StringMatch.Present() ->
          out.setPresent(dev.sluice.schemas.bundle.v1.StringMatch.Present.getDefaultInstance())
              .build();
    };
  }

  private static dev.sluice.schemas.bundle.v1.Condition condition(Condition condition, int depth) {
    if (depth > ShardCodec.MAX_DEPTH) {
      throw new IllegalArgumentException("condition nested deeper than " + ShardCodec.MAX_DEPTH);
    }
    var out = dev.sluice.schemas.bundle.v1.Condition.newBuilder();
    switch (condition) {
      case Condition.AllOf(var terms) -> out.setAllOf(terms(terms, depth));
      case Condition.AnyOf(var terms) -> out.setAnyOf(terms(terms, depth));
      case Condition.Not(var term) -> out.setNot(condition(term, depth + 1));
      case Condition.L4 leaf -> put(leaf, out);
      case Condition.L7 leaf -> put(leaf, out);
    }
    return out.build();
  }

  private static Conditions terms(List<Condition> terms, int depth) {
    var out = Conditions.newBuilder();
    terms.forEach(term -> out.addTerms(condition(term, depth + 1)));
    return out.build();
  }

  private static void put(Condition.L4 leaf, dev.sluice.schemas.bundle.v1.Condition.Builder out) {
    switch (leaf) {
      case Condition.Principal(var value) -> out.setPrincipal(match(value));
      case Condition.PeerNamespace(var value) -> out.setPeerNamespace(match(value));
      case Condition.PeerServiceAccount(var namespace, var name) ->
          out.setPeerServiceAccount(
              ServiceAccount.newBuilder().setNamespace(namespace).setName(name));
      case Condition.PeerTrustDomain(var value) -> out.setPeerTrustDomain(match(value));
      case Condition.SourceAddress(var block) -> out.setSourceAddress(block(block));
      case Condition.WorkloadAddress(var block) -> out.setWorkloadAddress(block(block));
      case Condition.WorkloadPort(int port) -> out.setWorkloadPort(port);
      case Condition.ServiceAddress(var block) -> out.setServiceAddress(block(block));
      case Condition.ServicePort(int port) -> out.setServicePort(port);
    }
  }

  private static void put(Condition.L7 leaf, dev.sluice.schemas.bundle.v1.Condition.Builder out) {
    switch (leaf) {
      case Condition.Host(var value) -> out.setHost(match(value));
      case Condition.Method(var value) -> out.setMethod(match(value));
      case Condition.Path(var value) -> out.setPath(match(value));
      case Condition.TemplatedPath(var template) -> out.setPathTemplate(template.text());
      case Condition.Header(var name, var value) ->
          out.setHeader(HeaderMatch.newBuilder().setName(name).setValue(match(value)));
      case Condition.RequestPrincipal(var issuer, var subject) ->
          out.setRequestPrincipal(
              RequestPrincipal.newBuilder().setIssuer(match(issuer)).setSubject(match(subject)));
      case Condition.Claim(var path, var value) ->
          out.setClaim(ClaimMatch.newBuilder().addAllPath(path).setValue(match(value)));
    }
  }

  private static dev.sluice.schemas.bundle.v1.Cidr block(Cidr block) {
    return dev.sluice.schemas.bundle.v1.Cidr.newBuilder()
        .setAddress(ByteString.copyFrom(block.network().getAddress()))
        .setLength(block.prefixLength())
        .build();
  }
}
