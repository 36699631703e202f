package dev.sluice.compiler.hazard;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.hazard.Questions.Line;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Action;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.To;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.engine.policy.Peer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds DENY rules by path or host that another spelling gets around: the named request is refused
/// and the other one gets through.
///
/// Where an ALLOW policy admits no other spelling, nothing is said.
record DenyByName(LinkedMesh mesh, Questions questions, Diagnostics problems) {

  void check(Authorization policy) {
    if (policy.syntax().action().value() != Action.DENY) {
      return;
    }
    for (Rule rule : policy.syntax().rules()) {
      for (To to : rule.to()) {
        positive(to, OperationAttribute.PATHS).ifPresent(path -> path(policy, path));
        positive(to, OperationAttribute.HOSTS).ifPresent(host -> host(policy, host));
      }
    }
  }

  private static Optional<Located<String>> positive(To to, OperationAttribute attribute) {
    for (var entry : to.entries()) {
      if (entry.attribute() == attribute && entry.polarity() == Polarity.POSITIVE) {
        for (Located<String> value : entry.values()) {
          if (!value.value().equals("*") && !value.value().equals("/*")) {
            return Optional.of(value);
          }
        }
      }
    }
    return Optional.empty();
  }

  private void path(Authorization policy, Located<String> path) {
    String plain = example(path.value());
    String upper = plain.toUpperCase(Locale.ROOT);
    String other = upper.equals(plain) ? plain + "/" : upper;
    gotAround(policy, new Line("GET", "", plain), new Line("GET", "", other))
        .ifPresent(asked ->
            problems.report(
                Code.DENY_BY_PATH,
                path.span(),
                policy.syntax().metadata().resource(),
                new Text(
                        "a DENY rule forbids `" + path.value() + "` and no other spelling of it",
                        "paths are compared with case and to the letter; the application may serve"
                            + " the same under another spelling",
                        "allow the paths that are meant, or deny all `notPaths`")
                    .shownBy(questions.witness(asked, ""))));
  }

  /// A path that a pattern matches.
  private static String example(String pattern) {
    String plain =
        pattern
            .replace("{**}", "a")
            .replace("{*}", "a")
            .replace("*", pattern.startsWith("*") ? "a" : "");
    return plain.startsWith("/") ? plain : "/" + plain;
  }

  private void host(Authorization policy, Located<String> host) {
    String plain = host.value().replace("*", "a");
    services(policy)
        .flatMap(service -> service.ports().stream().limit(1))
        .findFirst()
        .flatMap(port ->
            gotAround(
                policy,
                new Line("GET", plain, "/"),
                new Line("GET", host.value().endsWith("*") ? "" : plain + ":" + port.port(), "/")))
        .ifPresent(asked ->
            problems.report(
                Code.DENY_BY_HOST,
                host.span(),
                policy.syntax().metadata().resource(),
                new Text(
                        "a DENY rule forbids the host `"
                            + host.value()
                            + "`, which the client"
                            + " chooses",
                        "the port is part of the host, `*.a` does not cover `a`, and any other name"
                            + " reaches the same Service",
                        "allow the hosts that are meant, or deny all `notHosts`")
                    .shownBy(questions.witness(asked, ""))));
  }

  /// The other request, when somebody gets through with it who is refused with the named one.
  private Optional<Case> gotAround(Authorization policy, Line named, Line other) {
    String namespace = policy.syntax().metadata().namespace();
    return services(policy)
        .limit(1)
        .flatMap(service ->
            service.ports().stream()
                .limit(1)
                .flatMap(port -> gotAround(service, port.port(), List.of(named, other), namespace)))
        .findFirst();
  }

  private Stream<Case> gotAround(
      LinkedService service, int port, List<Line> lines, String namespace) {
    return questions.callers(namespace).stream()
        .filter(caller -> isForbidden(caller, service, port, lines.getFirst()))
        .map(caller -> Questions.request(caller, service, port, lines.getLast()))
        .filter(questions::isAllowed);
  }

  private boolean isForbidden(Peer caller, LinkedService service, int port, Line line) {
    return questions
        .ask(Questions.request(caller, service, port, line))
        .filter(Questions.Answer::isForbidden)
        .isPresent();
  }

  private Stream<LinkedService> services(Authorization policy) {
    return policy.targets().isEmpty()
        ? mesh.workloadsIn(policy.scope()).stream()
            .flatMap(workload -> workload.servicesBehindWaypoint().stream())
        : policy.targets().stream().flatMap(this::services);
  }

  private Stream<LinkedService> services(ResolvedTarget target) {
    return switch (target) {
      case ResolvedTarget.OfService(var service, _) -> Stream.of(service);
      case ResolvedTarget.OfWaypoint(var waypoint, _) -> mesh.servicesOf(waypoint).stream();
      case ResolvedTarget.OfAllWaypoints _ ->
          mesh.waypoints().stream().flatMap(waypoint -> mesh.servicesOf(waypoint).stream());
    };
  }
}
