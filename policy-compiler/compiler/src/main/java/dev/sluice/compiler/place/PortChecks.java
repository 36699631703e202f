package dev.sluice.compiler.place;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedService.Protocol;
import dev.sluice.compiler.link.LinkedService.ServicePort;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.policy.PortSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Reports HTTP conditions on ports that do not speak HTTP.
final class PortChecks {

  private final Diagnostics problems;

  PortChecks(Diagnostics problems) {
    this.problems = problems;
  }

  /// For a rule with targetRefs, whose ports are the Service's.
  void checkServicePorts(Metadata policy, LinkedRule rule, LinkedService service) {
    PortSet concerned = ConcernedPorts.ofService(rule.condition());
    for (ServicePort port : service.ports()) {
      if (port.protocol() == Protocol.TCP && concerned.contains(port.port())) {
        report(policy, rule, service, port);
      }
    }
  }

  /// For a rule without targetRefs, whose ports are the workload's.
  void checkWorkloadPorts(Metadata policy, LinkedRule rule, List<LinkedWorkload> workloads) {
    PortSet concerned = ConcernedPorts.ofWorkload(rule.condition());
    Set<LinkedService> services = new LinkedHashSet<>();
    workloads.forEach(workload -> services.addAll(workload.servicesBehindWaypoint()));
    for (LinkedService service : services) {
      for (ServicePort port : service.ports()) {
        if (port.protocol() == Protocol.TCP
            && port.targets().stream().anyMatch(concerned::contains)) {
          report(policy, rule, service, port);
        }
      }
    }
  }

  private void report(Metadata policy, LinkedRule rule, LinkedService service, ServicePort port) {
    var attribute = rule.httpAttributes().getFirst();
    problems.report(
        Code.L7_ON_TCP_PORT,
        attribute.span(),
        policy.resource(),
        new Text(
            "`"
                + attribute.value()
                + "` can never be seen on port "
                + port.port()
                + " of Service `"
                + service.reference()
                + "`, which is declared as TCP",
            "Istio would drop an ALLOW rule there and widen a DENY rule",
            "limit the rule to HTTP ports with `ports`, or declare the port's `appProtocol:"
                + " http`"));
  }
}
