package dev.sluice.compiler.hazard;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Caller;
import dev.sluice.compiler.diagnostic.Witness.Decision;
import dev.sluice.compiler.hazard.Questions.Answer;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Action;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.From;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.engine.policy.Peer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Finds ALLOW rules that name only whom they exclude: a peer without identity is nobody of those.
///
/// Where mTLS is required, or a guard closes the way, nothing is said.
record PlaintextHazard(LinkedMesh mesh, Questions questions, Diagnostics problems) {

  /// Workloads and ports that are dialled before it is taken that none is open.
  private static final int MOST_DIALS = 16;

  private static final Set<SourceAttribute> IDENTITY =
      Set.of(
          SourceAttribute.PRINCIPALS,
          SourceAttribute.NAMESPACES,
          SourceAttribute.SERVICE_ACCOUNTS,
          SourceAttribute.TRUST_DOMAINS);

  private static final Set<String> IDENTITY_KEYS =
      Set.of("source.principal", "source.namespace", "source.serviceAccount", "source.trustDomain");

  void check(Authorization policy) {
    if (policy.syntax().action().value() == Action.ALLOW) {
      policy.syntax().rules().forEach(rule -> check(policy, rule));
    }
  }

  private void check(Authorization policy, Rule rule) {
    boolean named =
        rule.when().stream()
            .anyMatch(
                when -> IDENTITY_KEYS.contains(when.key().value()) && !when.values().isEmpty());
    if (named) {
      return;
    }
    for (From from : rule.from()) {
      excluding(from).ifPresent(field -> report(policy, field));
    }
    if (rule.from().isEmpty()) {
      rule.when().stream()
          .filter(when -> IDENTITY_KEYS.contains(when.key().value()))
          .findFirst()
          .ifPresent(when -> report(policy, when.key()));
    }
  }

  /// The field that excludes identities, of a source that demands none.
  private static Optional<Located<String>> excluding(From from) {
    var identities =
        from.entries().stream().filter(entry -> IDENTITY.contains(entry.attribute())).toList();
    boolean demands =
        from.entries().stream()
            .anyMatch(entry ->
                entry.polarity() == Polarity.POSITIVE
                    && (IDENTITY.contains(entry.attribute())
                        || entry.attribute() == SourceAttribute.REQUEST_PRINCIPALS));
    return demands
        ? Optional.empty()
        : identities.stream()
            .findFirst()
            .map(entry -> new Located<>(entry.attribute().field(entry.polarity()), entry.span()));
  }

  private void report(Authorization policy, Located<String> field) {
    List<Case> dials = dials(policy);
    List<Answer> answers = dials.stream().flatMap(dial -> questions.ask(dial).stream()).toList();
    boolean closed =
        !dials.isEmpty()
            && answers.size() == dials.size()
            && answers.stream().noneMatch(Answer::allowed);
    if (closed) {
      return;
    }
    Witness witness =
        dials.stream()
            .filter(questions::isAllowed)
            .findFirst()
            .map(dial -> questions.witness(dial, kind(policy, dial)))
            .orElseGet(() ->
                Witness.connection(
                    new Caller.Plaintext(),
                    Covered.by(policy.syntax().metadata(), policy.syntax().selection()),
                    Decision.ALLOW));
    problems.report(
        Code.ADMITS_PLAINTEXT,
        field.span(),
        policy.syntax().metadata().resource(),
        new Text(
                "`" + field.value() + "` in an ALLOW rule admits peers without any identity",
                "a plaintext peer has no name that could be excluded",
                "add `principals: [\"*\"]`, or require mTLS with a STRICT PeerAuthentication")
            .shownBy(witness));
  }

  private List<Case> dials(Authorization policy) {
    return workloads(policy)
        .flatMap(workload ->
            Ports.of(workload).stream()
                .map(port -> Questions.dial(Peer.anonymous(), workload, port)))
        .limit(MOST_DIALS)
        .toList();
  }

  private Stream<LinkedWorkload> workloads(Authorization policy) {
    return policy.targets().isEmpty()
        ? mesh.workloadsIn(policy.scope()).stream()
        : policy.targets().stream()
            .filter(ResolvedTarget.OfService.class::isInstance)
            .flatMap(
                target -> mesh.endpoints(((ResolvedTarget.OfService) target).service()).stream());
  }

  private String kind(Authorization policy, Case dial) {
    return workloads(policy)
        .map(workload -> workload.syntax().metadata())
        .filter(metadata -> metadata.name().equals(dial.to().name()))
        .findFirst()
        .map(metadata -> metadata.kind())
        .orElse("workload");
  }
}
