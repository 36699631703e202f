package dev.sluice.engine.policy;

import static dev.sluice.engine.policy.PeerAuthentication.Mode.DISABLE;
import static dev.sluice.engine.policy.PeerAuthentication.Mode.PERMISSIVE;
import static dev.sluice.engine.policy.PeerAuthentication.Mode.STRICT;
import static dev.sluice.engine.policy.PeerAuthentication.Mode.UNSET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.policy.PeerAuthentication.Mode;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MtlsRequirementTest {

  private static final Scope MESH = new Scope.Mesh();
  private static final Scope NAMESPACE = new Scope.InNamespace("shop");
  private static final Scope WORKLOAD = new Scope.Selected("shop", Map.of("app", "web"));

  private static PeerAuthentication policy(String name, Scope scope, Mode mode) {
    return new PeerAuthentication(id(name), scope, mode, Map.of());
  }

  private static PolicyId id(String name) {
    return new PolicyId("PeerAuthentication", "shop", name);
  }

  @ParameterizedTest
  @CsvSource({
    "UNSET, UNSET, UNSET, PERMISSIVE",
    "STRICT, UNSET, UNSET, STRICT",
    "STRICT, PERMISSIVE, UNSET, PERMISSIVE",
    "STRICT, DISABLE, UNSET, DISABLE",
    "STRICT, UNSET, PERMISSIVE, PERMISSIVE",
    "PERMISSIVE, STRICT, UNSET, STRICT",
    "PERMISSIVE, UNSET, STRICT, STRICT",
    "DISABLE, PERMISSIVE, STRICT, STRICT",
    "STRICT, STRICT, DISABLE, DISABLE"
  })
  void inherits_from_mesh_to_namespace_to_workload(
      Mode mesh, Mode namespace, Mode workload, Mode expected) {
    var required =
        MtlsRequirement.resolve(
            List.of(
                policy("w", WORKLOAD, workload),
                policy("n", NAMESPACE, namespace),
                policy("m", MESH, mesh)));

    assertThat(required.otherwise().mode()).isEqualTo(expected);
    assertThat(required.at(8080).mode()).isEqualTo(expected);
  }

  @Test
  void keeps_a_strict_port_under_strict_mesh_and_permissive_workload() {
    var workload =
        new PeerAuthentication(id("w"), WORKLOAD, PERMISSIVE, Map.of(8443, STRICT, 9090, UNSET));

    var required = MtlsRequirement.resolve(List.of(policy("m", MESH, STRICT), workload));

    assertThat(required.at(8443)).isEqualTo(new MtlsRequirement.Setting(STRICT, id("w")));
    assertThat(required.at(9090).mode()).isEqualTo(PERMISSIVE);
    assertThat(required.at(80).mode()).isEqualTo(PERMISSIVE);
  }

  @Test
  void keeps_strict_beside_a_port_exception_when_the_namespace_is_unset() {
    var workload = new PeerAuthentication(id("w"), WORKLOAD, UNSET, Map.of(9090, PERMISSIVE));

    var required =
        MtlsRequirement.resolve(
            List.of(policy("m", MESH, STRICT), policy("n", NAMESPACE, UNSET), workload));

    assertThat(required.at(80)).isEqualTo(new MtlsRequirement.Setting(STRICT, id("m")));
    assertThat(required.at(9090).mode()).isEqualTo(PERMISSIVE);
  }

  @Test
  void honours_disable_as_the_only_port_exception_under_inherited_strict() {
    var workload = new PeerAuthentication(id("w"), WORKLOAD, UNSET, Map.of(9090, DISABLE));

    var required = MtlsRequirement.resolve(List.of(policy("m", MESH, STRICT), workload));

    assertThat(required.at(9090).mode()).isEqualTo(DISABLE);
    assertThat(required.at(80).mode()).isEqualTo(STRICT);
  }

  @Test
  void counts_single_ports_only_at_the_workload_level() {
    var mesh = new PeerAuthentication(id("m"), MESH, STRICT, Map.of(9090, PERMISSIVE));
    var namespace = new PeerAuthentication(id("n"), NAMESPACE, UNSET, Map.of(9091, DISABLE));

    var required = MtlsRequirement.resolve(List.of(mesh, namespace));

    assertThat(required.ports()).isEmpty();
    assertThat(required.at(9090).mode()).isEqualTo(STRICT);
  }

  @Test
  void refuses_strict_without_a_policy_to_name() {
    assertThatThrownBy(() -> new MtlsRequirement.Setting(STRICT, null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void does_not_depend_on_the_order_of_policies(
      @ForAll @Size(max = 4) List<Mode> workloadModes,
      @ForAll @Size(max = 3) List<Mode> portModes) {
    var policies = new java.util.ArrayList<PeerAuthentication>();
    for (int i = 0; i < workloadModes.size(); i++) {
      Map<Integer, Mode> ports = i < portModes.size() ? Map.of(80, portModes.get(i)) : Map.of();
      policies.add(new PeerAuthentication(id("w" + i), WORKLOAD, workloadModes.get(i), ports));
    }

    var forward = MtlsRequirement.resolve(policies);

    assertThat(MtlsRequirement.resolve(policies.reversed())).isEqualTo(forward);
    assertThat(forward.otherwise().mode() == STRICT).isEqualTo(workloadModes.contains(STRICT));
  }
}
