package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.PeerAuth;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedService.ServicePort;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Reports ports in policies that nothing they apply to has: above all the port of a Service where
/// the port of its workloads is meant, and the other way round.
final class PortLinks {

  private final Diagnostics problems;
  private final LinkedMesh mesh;

  PortLinks(LinkedMesh mesh, Diagnostics problems) {
    this.mesh = mesh;
    this.problems = problems;
  }

  void check(LinkedPolicy policy) {
    switch (policy) {
      case Authorization authorization -> {
        List<Located<Integer>> ports = ports(authorization);
        if (authorization.scope() instanceof Scope.Addressed) {
          checkAddressed(authorization, ports);
        } else {
          checkSelected(authorization.syntax().metadata(), authorization.scope(), ports);
        }
      }
      case PeerAuth(var syntax, var scope) -> {
        var ports = new ArrayList<Located<Integer>>();
        syntax.portLevelMtls().forEach((port, mode) -> ports.add(located(port, mode.span())));
        checkSelected(syntax.metadata(), scope, ports);
      }
      case LinkedPolicy.RequestAuth _, LinkedPolicy.Route _ -> {}
    }
  }

  private static List<Located<Integer>> ports(Authorization policy) {
    var ports = new ArrayList<Located<Integer>>();
    for (Rule rule : policy.syntax().rules()) {
      for (var to : rule.to()) {
        to.entries().stream()
            .filter(values -> values.attribute() == OperationAttribute.PORTS)
            .flatMap(values -> values.values().stream())
            .forEach(value -> ports.add(parsed(value)));
      }
      rule.when().stream()
          .filter(when -> when.key().value().equals("destination.port"))
          .forEach(when -> {
            when.values().forEach(value -> ports.add(parsed(value)));
            when.notValues().forEach(value -> ports.add(parsed(value)));
          });
    }
    return ports;
  }

  private static Located<Integer> parsed(Located<String> port) {
    return located(Integer.parseInt(port.value()), port.span());
  }

  private static Located<Integer> located(int port, Span span) {
    return new Located<>(port, span);
  }

  /// With targetRefs ports are those of the targeted Services.
  private void checkAddressed(Authorization policy, List<Located<Integer>> ports) {
    var services = new ArrayList<LinkedService>();
    for (ResolvedTarget target : policy.targets()) {
      if (target instanceof ResolvedTarget.OfService(var service, var _)) {
        services.add(service);
      }
    }
    // a waypoint serves what its labels bring it, and an unresolved target was reported
    if (services.isEmpty() || services.size() < targetCount(policy)) {
      return;
    }
    Set<Integer> served = new TreeSet<>();
    Set<Integer> listened = new TreeSet<>();
    services.stream()
        .flatMap(service -> service.ports().stream())
        .forEach(port -> {
          served.add(port.port());
          listened.addAll(port.targets());
        });
    for (Located<Integer> port : ports) {
      if (!served.contains(port.value())) {
        String why =
            listened.contains(port.value())
                ? "with targetRefs `ports` are those of the Service, and this one is the workload's"
                : "the rule matches nothing there";
        report(policy.syntax().metadata(), port, "none of the targeted Services has", why, served);
      }
    }
  }

  private static int targetCount(Authorization policy) {
    return ((Scope.Addressed) policy.scope()).targets().size();
  }

  /// Without targetRefs ports are those the workloads listen on.
  private void checkSelected(Metadata policy, Scope scope, List<Located<Integer>> ports) {
    if (ports.isEmpty()) {
      return;
    }
    Set<LinkedService> services = new LinkedHashSet<>();
    Set<Integer> listened = new TreeSet<>();
    for (LinkedWorkload workload : mesh.workloadsIn(scope)) {
      services.addAll(workload.services());
      listened.addAll(workload.syntax().listening().containerPorts());
    }
    Set<Integer> served = new TreeSet<>();
    for (LinkedService service : services) {
      for (ServicePort port : service.ports()) {
        served.add(port.port());
        listened.addAll(port.targets());
      }
    }
    for (Located<Integer> port : ports) {
      // a workload may listen on ports it does not declare; the Service's port is the usual mistake
      if (served.contains(port.value()) && !listened.contains(port.value())) {
        report(
            policy,
            port,
            "none of the selected workloads listens on",
            "without targetRefs `ports` are those of the workload, and this one is the Service's",
            listened);
      }
    }
  }

  private void report(
      Metadata policy, Located<Integer> port, String what, String why, Set<Integer> there) {
    problems.report(
        Code.PORT_NOT_SERVED,
        port.span(),
        policy.resource(),
        new Text(
            what + " port " + port.value(),
            why,
            there.isEmpty()
                ? "correct the port"
                : "use one of: "
                    + String.join(", ", there.stream().map(String::valueOf).toList())));
  }
}
