package dev.sluice.compiler.hazard;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.PeerAuth;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Action;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Values;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.engine.policy.Peer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Adds a witness to findings that were made of a single document: a client that gets in for just
/// the reason they give.
final class Witnessed {

  /// Workloads and ports that are dialled for one finding.
  private static final int MOST_DIALS = 8;

  private static final Set<Code> CODES =
      Set.of(Code.PREFIX_CROSSES_BOUNDARY, Code.SEPARATE_ALTERNATIVES, Code.DISABLE_IS_PERMISSIVE);

  private final LinkedMesh mesh;
  private final Questions questions;

  Witnessed(LinkedMesh mesh, Questions questions) {
    this.mesh = mesh;
    this.questions = questions;
  }

  /// Whether a finding of this code may get a witness.
  static boolean mayShow(Diagnostic finding) {
    return CODES.contains(finding.code()) && finding.text().witness() == null;
  }

  /// The finding about a policy, with a witness where one is found.
  Diagnostic show(Diagnostic finding, LinkedPolicy policy) {
    return clients(finding, policy)
        .flatMap(client -> dials(policy, client))
        .limit(MOST_DIALS)
        .filter(questions::isAllowed)
        .findFirst()
        .map(dial -> shown(finding, questions.witness(dial, kind(policy, dial))))
        .orElse(finding);
  }

  private static Diagnostic shown(Diagnostic finding, Witness witness) {
    return new Diagnostic(
        finding.code(),
        finding.severity(),
        finding.span(),
        finding.resource(),
        finding.text().shownBy(witness),
        finding.suppressed());
  }

  private Stream<Client> clients(Diagnostic finding, LinkedPolicy policy) {
    if (policy instanceof PeerAuth) {
      return Stream.of(anyone());
    }
    if (!(policy instanceof Authorization authorization)
        || authorization.syntax().action().value() != Action.ALLOW) {
      return Stream.empty();
    }
    AuthorizationPolicySyntax syntax = authorization.syntax();
    return finding.code() == Code.PREFIX_CROSSES_BOUNDARY
        ? entries(syntax)
            .flatMap(entry -> entry.values().stream())
            .filter(value -> value.span().equals(finding.span()))
            .flatMap(value -> beyond(value.value()).stream())
        : alternatives(finding, syntax);
  }

  private static Client anyone() {
    return new Client(Peer.anonymous(), Optional.empty());
  }

  private static Stream<Values<SourceAttribute>> entries(AuthorizationPolicySyntax policy) {
    return policy.rules().stream()
        .flatMap(rule -> rule.from().stream())
        .flatMap(from -> from.entries().stream())
        .filter(entry -> entry.polarity() == Polarity.POSITIVE);
  }

  /// A peer whose name only starts like the prefix.
  private Optional<Client> beyond(String prefix) {
    String longer = prefix.substring(0, prefix.length() - 1) + "x";
    return questions
        .identity(longer.contains("/sa/") ? longer : longer + "/sa/default")
        .map(peer -> new Client(peer, Optional.empty()));
  }

  /// Clients that fulfil nothing but the entry at which the finding points.
  private Stream<Client> alternatives(Diagnostic finding, AuthorizationPolicySyntax policy) {
    return policy.rules().stream()
        .flatMap(rule -> rule.from().stream())
        .filter(from ->
            from.span().line() == finding.span().line()
                && from.span().column() == finding.span().column())
        .flatMap(from -> from.entries().stream())
        .filter(entry -> entry.polarity() == Polarity.POSITIVE)
        .flatMap(entry ->
            entry.values().stream()
                .flatMap(value -> client(entry.attribute(), value, policy).stream()));
  }

  private Optional<Client> client(
      SourceAttribute attribute, Located<String> value, AuthorizationPolicySyntax policy) {
    String text = value.value();
    String domain = mesh.settings().trustDomain().name();
    Optional<Peer> peer =
        switch (attribute) {
          case PRINCIPALS -> questions.identity(text);
          case NAMESPACES -> questions.identity(domain + "/ns/" + text + "/sa/default");
          case SERVICE_ACCOUNTS -> {
            int slash = text.indexOf('/');
            String namespace = slash < 0 ? policy.metadata().namespace() : text.substring(0, slash);
            yield questions.identity(
                domain + "/ns/" + namespace + "/sa/" + text.substring(slash + 1));
          }
          case IP_BLOCKS, REQUEST_PRINCIPALS, REMOTE_IP_BLOCKS, TRUST_DOMAINS -> Optional.empty();
        };
    return peer.map(found -> new Client(found, Optional.empty()));
  }

  private Stream<Case> dials(LinkedPolicy policy, Client client) {
    return workloads(policy).stream()
        .flatMap(workload ->
            Ports.of(workload).stream().map(port -> Questions.dial(client.peer(), workload, port)))
        .map(dial -> new Case(client, dial.to(), dial.http()));
  }

  private List<LinkedWorkload> workloads(LinkedPolicy policy) {
    return switch (policy) {
      case Authorization authorization -> mesh.workloadsIn(authorization.scope());
      case PeerAuth peers -> mesh.workloadsIn(peers.scope());
      case LinkedPolicy.RequestAuth _, LinkedPolicy.Route _ -> List.of();
    };
  }

  private String kind(LinkedPolicy policy, Case dial) {
    return workloads(policy).stream()
        .map(workload -> workload.syntax().metadata())
        .filter(metadata -> metadata.name().equals(dial.to().name()))
        .findFirst()
        .map(metadata -> metadata.kind())
        .orElse("workload");
  }
}
