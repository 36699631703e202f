package dev.sluice.engine.wire;

import static dev.sluice.engine.wire.Strict.each;
import static dev.sluice.engine.wire.Strict.filled;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PathTemplate;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.schemas.bundle.v1.Action;
import dev.sluice.schemas.bundle.v1.Conditions;
import dev.sluice.schemas.bundle.v1.HeaderMatch;
import dev.sluice.schemas.bundle.v1.Rule;
import dev.sluice.schemas.bundle.v1.ServiceAccount;
import dev.sluice.schemas.bundle.v1.Target;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Reads policies, scopes and conditions from protobuf.
final class PolicyReader {

  private PolicyReader() {}

  static AuthorizationPolicy policy(dev.sluice.schemas.bundle.v1.AuthorizationPolicy policy)
      throws MalformedException {
    return new AuthorizationPolicy(
        id(policy.getId()),
        scope(policy.getScope()),
        action(policy.getAction()),
        each(policy.getRulesList(), PolicyReader::rule));
  }

  private static AuthorizationPolicy.Action action(Action action) throws MalformedException {
    return switch (action) {
      case ACTION_ALLOW -> AuthorizationPolicy.Action.ALLOW;
      case ACTION_DENY -> AuthorizationPolicy.Action.DENY;
      case ACTION_UNSPECIFIED, UNRECOGNIZED -> throw Strict.unset("action");
    };
  }

  private static AuthorizationPolicy.Rule rule(Rule rule) throws MalformedException {
    return new AuthorizationPolicy.Rule(
        Strict.between(rule.getIndex(), 0, Integer.MAX_VALUE, "rule index"),
        condition(rule.getCondition(), 1));
  }

  static PolicyId id(dev.sluice.schemas.bundle.v1.PolicyId id) throws MalformedException {
    return new PolicyId(
        filled(id.getKind(), "kind"), id.getNamespace(), filled(id.getName(), "name"));
  }

  static Scope scope(dev.sluice.schemas.bundle.v1.Scope scope) throws MalformedException {
    return switch (scope.getScopeCase()) {
      case MESH -> new Scope.Mesh();
      case NAMESPACE -> new Scope.InNamespace(filled(scope.getNamespace(), "namespace of a scope"));
      case SELECTED -> {
        var selected = scope.getSelected();
        yield new Scope.Selected(
            filled(selected.getNamespace(), "namespace of a scope"), selected.getLabelsMap());
      }
      case SELECTED_ANYWHERE -> {
        if (!scope.getSelectedAnywhere().getNamespace().isEmpty()) {
          throw new MalformedException("a selection anywhere names a namespace");
        }
        yield new Scope.SelectedAnywhere(scope.getSelectedAnywhere().getLabelsMap());
      }
      case ADDRESSED ->
          new Scope.Addressed(each(scope.getAddressed().getTargetsList(), PolicyReader::target));
      case SCOPE_NOT_SET -> throw Strict.unset("scope");
    };
  }

  private static Scope.Target target(Target target) throws MalformedException {
    return switch (target.getTargetCase()) {
      case SERVICE ->
          new Scope.Target.Service(namespace(target.getService()), name(target.getService()));
      case SERVICE_ENTRY ->
          new Scope.Target.ServiceEntry(
              namespace(target.getServiceEntry()), name(target.getServiceEntry()));
      case WAYPOINT ->
          new Scope.Target.Waypoint(namespace(target.getWaypoint()), name(target.getWaypoint()));
      case ALL_WAYPOINTS -> new Scope.Target.AllWaypoints();
      case TARGET_NOT_SET -> throw Strict.unset("target");
    };
  }

  private static String namespace(Target.Named named) throws MalformedException {
    return filled(named.getNamespace(), "namespace of a target");
  }

  private static String name(Target.Named named) throws MalformedException {
    return filled(named.getName(), "name of a target");
  }

  static StringMatch match(dev.sluice.schemas.bundle.v1.StringMatch match)
      throws MalformedException {
    return switch (match.getMatchCase()) {
      case EXACT -> new StringMatch.Exact(match.getExact());
      case PREFIX -> new StringMatch.Prefix(match.getPrefix());
      case SUFFIX -> new StringMatch.Suffix(match.getSuffix());
      case PRESENT -> new StringMatch.Present();
      case MATCH_NOT_SET -> throw Strict.unset("string match");
    };
  }

  private static Condition condition(dev.sluice.schemas.bundle.v1.Condition condition, int depth)
      throws MalformedException {
    if (depth > ShardCodec.MAX_DEPTH) {
      throw new MalformedException("condition nested deeper than " + ShardCodec.MAX_DEPTH);
    }
    return switch (condition.getConditionCase()) {
      case ALL_OF -> new Condition.AllOf(terms(condition.getAllOf(), depth));
      case ANY_OF -> new Condition.AnyOf(terms(condition.getAnyOf(), depth));
      case NOT -> new Condition.Not(condition(condition.getNot(), depth + 1));
      case PRINCIPAL -> new Condition.Principal(match(condition.getPrincipal()));
      case PEER_NAMESPACE -> new Condition.PeerNamespace(match(condition.getPeerNamespace()));
      case PEER_SERVICE_ACCOUNT -> serviceAccount(condition.getPeerServiceAccount());
      case PEER_TRUST_DOMAIN ->
          new Condition.PeerTrustDomain(match(condition.getPeerTrustDomain()));
      case SOURCE_ADDRESS -> new Condition.SourceAddress(block(condition.getSourceAddress()));
      case WORKLOAD_ADDRESS -> new Condition.WorkloadAddress(block(condition.getWorkloadAddress()));
      case WORKLOAD_PORT -> new Condition.WorkloadPort(Strict.port(condition.getWorkloadPort()));
      case SERVICE_ADDRESS -> new Condition.ServiceAddress(block(condition.getServiceAddress()));
      case SERVICE_PORT -> new Condition.ServicePort(Strict.port(condition.getServicePort()));
      case HOST -> new Condition.Host(match(condition.getHost()));
      case METHOD -> new Condition.Method(match(condition.getMethod()));
      case PATH -> new Condition.Path(match(condition.getPath()));
      case PATH_TEMPLATE -> new Condition.TemplatedPath(template(condition.getPathTemplate()));
      case HEADER -> header(condition.getHeader());
      case REQUEST_PRINCIPAL ->
          new Condition.RequestPrincipal(
              match(condition.getRequestPrincipal().getIssuer()),
              match(condition.getRequestPrincipal().getSubject()));
      case CLAIM ->
          new Condition.Claim(
              path(condition.getClaim().getPathList()), match(condition.getClaim().getValue()));
      case CONDITION_NOT_SET -> throw Strict.unset("condition");
    };
  }

  private static List<Condition> terms(Conditions terms, int depth) throws MalformedException {
    return each(terms.getTermsList(), term -> condition(term, depth + 1));
  }

  private static Condition serviceAccount(ServiceAccount account) throws MalformedException {
    return new Condition.PeerServiceAccount(
        filled(account.getNamespace(), "namespace of a service account"),
        filled(account.getName(), "name of a service account"));
  }

  private static Condition header(HeaderMatch header) throws MalformedException {
    return new Condition.Header(
        Strict.lowerCase(header.getName(), "header name"), match(header.getValue()));
  }

  private static List<String> path(List<String> path) throws MalformedException {
    if (path.isEmpty()) {
      throw Strict.unset("claim path");
    }
    return path;
  }

  private static PathTemplate template(String text) throws MalformedException {
    try {
      return PathTemplate.parse(text);
    } catch (IllegalArgumentException invalid) {
      throw new MalformedException("path template `" + text + "`: " + invalid.getMessage());
    }
  }

  private static Cidr block(dev.sluice.schemas.bundle.v1.Cidr block) throws MalformedException {
    byte[] address = block.getAddress().toByteArray();
    if (address.length != 4 && address.length != 16) {
      throw new MalformedException("address of " + address.length + " bytes");
    }
    int length = Strict.between(block.getLength(), 0, address.length * 8, "prefix length");
    try {
      InetAddress network = InetAddress.getByAddress(address);
      if (network.getAddress().length != address.length) {
        throw new MalformedException("an IPv4 address written as IPv6");
      }
      return new Cidr(network, length);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("address of " + address.length + " bytes", impossible);
    }
  }
}
