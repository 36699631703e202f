package dev.sluice.compiler.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The conversion agrees with inheritance on every combination of modes but those of three shapes.
class ConvertedPeerAuthenticationTest {

  private static final int EXCEPTED = 8080;
  private static final int OTHER = 9090;

  private record Modes(
      @Nullable Mode mesh, @Nullable Mode namespace, @Nullable Mode workload, @Nullable Mode port) {

    boolean upstream(int at) {
      return new ConvertedPeerAuthentication(
              mesh == null ? Mode.UNSET : mesh, namespace, workload, ports())
          .refusesPlaintext(at);
    }

    boolean meant(int at) {
      List<PeerAuthentication> policies = new ArrayList<>();
      add(policies, new Scope.Mesh(), mesh, Map.of());
      add(policies, new Scope.InNamespace("shop"), namespace, Map.of());
      add(policies, new Scope.Selected("shop", Map.of("app", "api")), workload, ports());
      return MtlsRequirement.resolve(policies).at(at).mode() == Mode.STRICT;
    }

    private Map<Integer, Mode> ports() {
      return port == null ? Map.of() : Map.of(EXCEPTED, port);
    }

    private static void add(
        List<PeerAuthentication> to, Scope scope, @Nullable Mode mode, Map<Integer, Mode> ports) {
      if (mode != null) {
        to.add(
            new PeerAuthentication(
                new PolicyId("PeerAuthentication", "shop", "p" + to.size()), scope, mode, ports));
      }
    }

    /// Found by comparing the conversion with what sidecars do.
    boolean isKnownToDiffer() {
      boolean inherits = namespace == null || namespace == Mode.UNSET;
      boolean strict = (inherits ? mesh : namespace) == Mode.STRICT;
      boolean lostPort =
          mesh == Mode.STRICT
              && inherits
              && (workload == Mode.PERMISSIVE || workload == Mode.DISABLE)
              && port == Mode.STRICT;
      boolean lostAll =
          mesh == Mode.STRICT
              && namespace == Mode.UNSET
              && workload == Mode.UNSET
              && port == Mode.PERMISSIVE;
      boolean ignored = strict && workload == Mode.UNSET && port == Mode.DISABLE;
      return lostPort || lostAll || ignored;
    }
  }

  @Test
  void it_differs_from_inheritance_in_three_shapes_only() {
    int differing = 0;
    for (Modes modes : all()) {
      boolean differs =
          modes.upstream(EXCEPTED) != modes.meant(EXCEPTED)
              || modes.upstream(OTHER) != modes.meant(OTHER);
      assertThat(differs).as("%s", modes).isEqualTo(modes.isKnownToDiffer());
      differing += differs ? 1 : 0;
    }
    assertThat(differing).isPositive();
  }

  private static List<Modes> all() {
    List<@Nullable Mode> modes = new ArrayList<>(List.of(Mode.values()));
    modes.add(null);
    List<Modes> all = new ArrayList<>();
    for (Mode mesh : modes) {
      for (Mode namespace : modes) {
        for (Mode workload : modes) {
          for (Mode port : modes) {
            if (port == null || workload != null) {
              all.add(new Modes(mesh, namespace, workload, port));
            }
          }
        }
      }
    }
    return all;
  }
}
