package dev.sluice.compiler.place;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.StringMatch;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConcernedPortsTest {

  private static final Condition GET = new Condition.Method(new StringMatch.Exact("GET"));

  private static Condition port(int port) {
    return new Condition.WorkloadPort(port);
  }

  @Test
  void a_condition_without_ports_concerns_every_port() {
    assertThat(ConcernedPorts.ofWorkload(GET)).isEqualTo(PortSet.all());
  }

  @Test
  void positive_ports_are_the_only_ones_concerned() {
    var condition = new AllOf(List.of(GET, new AnyOf(List.of(port(80), port(8080)))));
    assertThat(ConcernedPorts.ofWorkload(condition)).isEqualTo(PortSet.of(List.of(80, 8080)));
  }

  @Test
  void negative_ports_are_the_only_ones_not_concerned() {
    var condition = new AllOf(List.of(GET, new Not(port(22))));
    assertThat(ConcernedPorts.ofWorkload(condition)).isEqualTo(PortSet.allExcept(List.of(22)));
  }

  @Test
  void alternatives_concern_what_any_of_them_does() {
    var condition =
        new AnyOf(List.of(new AllOf(List.of(GET, port(80))), new AllOf(List.of(GET, port(90)))));
    assertThat(ConcernedPorts.ofWorkload(condition)).isEqualTo(PortSet.of(List.of(80, 90)));
  }

  @Test
  void contradicting_ports_concern_none() {
    var condition = new AllOf(List.of(port(80), new Not(port(80)), GET));
    assertThat(ConcernedPorts.ofWorkload(condition)).isEqualTo(PortSet.none());
  }

  @Test
  void ports_of_the_service_do_not_limit_ports_of_the_workload() {
    var condition = new AllOf(List.of(GET, new Condition.ServicePort(80)));
    assertThat(ConcernedPorts.ofWorkload(condition)).isEqualTo(PortSet.all());
    assertThat(ConcernedPorts.ofService(condition)).isEqualTo(PortSet.of(List.of(80)));
  }

  @Test
  void unions_of_port_sets_hold_what_either_holds() {
    PortSet most = PortSet.allExcept(List.of(22, 80));
    assertThat(most.union(PortSet.of(List.of(22, 443)))).isEqualTo(PortSet.allExcept(List.of(80)));
    assertThat(PortSet.of(List.of(22)).union(most)).isEqualTo(PortSet.allExcept(List.of(80)));
    assertThat(most.union(PortSet.allExcept(List.of(22))))
        .isEqualTo(PortSet.allExcept(List.of(22)));
  }
}
