package dev.sluice.runtime.discovery.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.runtime.mesh.MeshPolicy;
import dev.sluice.schemas.envoy.discovery.v3.Resource;
import dev.sluice.schemas.istio.security.Address;
import dev.sluice.schemas.istio.security.Authorization;
import dev.sluice.schemas.istio.security.Clause;
import dev.sluice.schemas.istio.security.Match;
import dev.sluice.schemas.istio.security.ServiceAccountMatch;
import java.util.ArrayList;
import java.util.List;

/// Reads an L4 policy of Istio's workload API; a field that is not understood refuses the whole
/// policy.
///
/// Rules are alternatives; all clauses of a rule must hold; of a clause one match; of a match every
/// field that is there. A match without fields says nothing, and a clause of nothing but such
/// matches never holds. Source: Istio ztunnel, `rbac`.
final class PolicyReader {

  private PolicyReader() {}

  static MeshPolicy read(Resource resource) throws Refused {
    String type = resource.getResource().getTypeUrl();
    if (!type.equals(DiscoveryService.AUTHORIZATION_TYPE)) {
      throw new Refused("is of type `" + type + "`");
    }
    try {
      return read(Authorization.parseFrom(resource.getResource().getValue()));
    } catch (InvalidProtocolBufferException malformed) {
      throw new Refused("cannot be read: " + malformed.getMessage());
    }
  }

  private static MeshPolicy read(Authorization message) throws Refused {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      // Extensions of a policy are conditions of it that would be dropped.
      throw new Refused("has fields that are not known");
    }
    String namespace = Fields.required(message.getNamespace(), "namespace");
    var rules = new ArrayList<Rule>();
    for (var rule : message.getRulesList()) {
      var clauses = new ArrayList<Condition>();
      for (Clause clause : rule.getClausesList()) {
        clauses.add(clause(clause));
      }
      rules.add(new Rule(rules.size(), new Condition.AllOf(clauses)));
    }
    return new MeshPolicy(
        new AuthorizationPolicy(
            new PolicyId(
                "AuthorizationPolicy", namespace, Fields.required(message.getName(), "name")),
            scope(message),
            action(message),
            rules),
        message.getDryRun() ? MeshPolicy.Enforcement.ON_TRIAL : MeshPolicy.Enforcement.ENFORCED);
  }

  private static Scope scope(Authorization message) throws Refused {
    return switch (message.getScope()) {
      case GLOBAL -> new Scope.Mesh();
      case NAMESPACE -> new Scope.InNamespace(message.getNamespace());
      case WORKLOAD_SELECTOR -> MeshPolicy.byName();
      case UNRECOGNIZED -> throw Fields.unknown("scope", message.getScopeValue());
    };
  }

  private static Action action(Authorization message) throws Refused {
    return switch (message.getAction()) {
      case ALLOW -> Action.ALLOW;
      case DENY -> Action.DENY;
      case UNRECOGNIZED -> throw Fields.unknown("action", message.getActionValue());
    };
  }

  private static Condition clause(Clause clause) throws Refused {
    if (clause.getMatchesCount() == 0) {
      return Condition.always();
    }
    var alternatives = new ArrayList<Condition>();
    for (Match match : clause.getMatchesList()) {
      List<Condition> fields = fields(match);
      if (!fields.isEmpty()) {
        alternatives.add(new Condition.AllOf(fields));
      }
    }
    return new Condition.AnyOf(alternatives);
  }

  private static List<Condition> fields(Match match) throws Refused {
    if (!match.getUnknownFields().asMap().isEmpty()) {
      throw new Refused("has conditions that are not known");
    }
    var fields = new ArrayList<Condition>();
    add(fields, all(match.getNamespacesList(), PolicyReader::namespace));
    addNot(fields, all(match.getNotNamespacesList(), PolicyReader::namespace));
    add(fields, all(match.getPrincipalsList(), PolicyReader::principal));
    addNot(fields, all(match.getNotPrincipalsList(), PolicyReader::principal));
    add(fields, all(match.getSourceIpsList(), each -> new Condition.SourceAddress(block(each))));
    addNot(
        fields, all(match.getNotSourceIpsList(), each -> new Condition.SourceAddress(block(each))));
    add(
        fields,
        all(match.getDestinationIpsList(), each -> new Condition.WorkloadAddress(block(each))));
    addNot(
        fields,
        all(match.getNotDestinationIpsList(), each -> new Condition.WorkloadAddress(block(each))));
    add(fields, all(match.getDestinationPortsList(), PolicyReader::port));
    addNot(fields, all(match.getNotDestinationPortsList(), PolicyReader::port));
    add(fields, all(match.getServiceAccountsList(), PolicyReader::account));
    addNot(fields, all(match.getNotServiceAccountsList(), PolicyReader::account));
    return fields;
  }

  @FunctionalInterface
  private interface Leaf<T> {
    Condition of(T value) throws Refused;
  }

  private static <T> List<Condition> all(List<T> values, Leaf<T> leaf) throws Refused {
    var conditions = new ArrayList<Condition>();
    for (T value : values) {
      conditions.add(leaf.of(value));
    }
    return conditions;
  }

  private static void add(List<Condition> fields, List<Condition> values) {
    if (!values.isEmpty()) {
      fields.add(new Condition.AnyOf(values));
    }
  }

  private static void addNot(List<Condition> fields, List<Condition> values) {
    if (!values.isEmpty()) {
      fields.add(new Condition.Not(new Condition.AnyOf(values)));
    }
  }

  private static Condition namespace(dev.sluice.schemas.istio.security.StringMatch text)
      throws Refused {
    return new Condition.PeerNamespace(text(text));
  }

  private static Condition principal(dev.sluice.schemas.istio.security.StringMatch text)
      throws Refused {
    return new Condition.Principal(text(text));
  }

  private static Condition port(Integer port) throws Refused {
    return new Condition.WorkloadPort(Fields.port(port, "destination_ports"));
  }

  private static Condition account(ServiceAccountMatch account) {
    return new Condition.PeerServiceAccount(account.getNamespace(), account.getServiceAccount());
  }

  private static StringMatch text(dev.sluice.schemas.istio.security.StringMatch text)
      throws Refused {
    return switch (text.getMatchTypeCase()) {
      case EXACT -> new StringMatch.Exact(text.getExact());
      case PREFIX -> new StringMatch.Prefix(text.getPrefix());
      case SUFFIX -> new StringMatch.Suffix(text.getSuffix());
      case PRESENCE -> new StringMatch.Present();
      case MATCHTYPE_NOT_SET -> throw new Refused("has a text that is compared in no known way");
    };
  }

  private static Cidr block(Address address) throws Refused {
    try {
      return new Cidr(Fields.address(address.getAddress()), address.getLength());
    } catch (IllegalArgumentException tooLong) {
      throw new Refused(String.valueOf(tooLong.getMessage()));
    }
  }
}
