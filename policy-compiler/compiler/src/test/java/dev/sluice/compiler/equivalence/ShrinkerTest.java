package dev.sluice.compiler.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.equivalence.Check.Difference;
import dev.sluice.compiler.equivalence.World.Compiled;
import dev.sluice.compiler.equivalence.World.Sound;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.validate.SettingsReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A failing case comes out small, and as files that mean the same.
class ShrinkerTest {

  @Test
  void a_failure_is_shrunk_until_every_part_matters() {
    Fault fault = Fault.WAYPOINT_NOT_ADMITTED;
    for (long seed = 0; seed < 20; seed++) {
      World world = Generator.of(seed).sound().world();
      Optional<Difference> found = Check.of(world, fault).difference(seed);
      if (found.isPresent()) {
        Attempt attempt = found.get().attempt();
        World smallest = Shrinker.shrink(world, other -> Check.of(other, fault).differsOn(attempt));

        assertThat(Check.of(smallest, fault).differsOn(attempt)).isTrue();
        assertThat(smallest.documents().size()).isLessThanOrEqualTo(world.documents().size());
        assertThat(Shrinker.candidates(smallest))
            .noneMatch(other -> Check.of(other, fault).differsOn(attempt));
      }
    }
  }

  @Test
  void a_failure_is_printed_as_files_and_a_test() {
    Fault fault = Fault.DENY_ONLY_AT_WAYPOINT;
    long seed = 0;
    Optional<Difference> found = Optional.empty();
    World world = Generator.of(seed).sound().world();
    while (found.isEmpty()) {
      seed++;
      world = Generator.of(seed).sound().world();
      found = Check.of(world, fault).difference(seed);
    }
    Difference difference = found.get();
    World smallest =
        Shrinker.shrink(world, other -> Check.of(other, fault).differsOn(difference.attempt()));

    String text = Yaml.failure(smallest, difference.attempt(), difference.intent());

    assertThat(smallest.policies()).hasSize(1);
    assertThat(text)
        .contains("# world.yaml", "kind: AuthorizationPolicy", "action: DENY")
        .contains("# test.yaml", "kind: PolicyTest", "decision: deny")
        .contains("ip: " + difference.attempt().source());
  }

  @Test
  void the_printed_files_compile_to_the_same_shards() {
    int compared = 0;
    for (long seed = 0; seed < 300; seed++) {
      Sound sound = Generator.of(seed).sound();
      Compilation compilation = compile(Yaml.files(sound.world()));
      List<Code> errors =
          compilation.findings().stream()
              .filter(finding -> finding.severity() == Severity.ERROR)
              .map(Diagnostic::code)
              .toList();
      // whether a rule makes sense is judged elsewhere; here it must be well formed
      assertThat(errors).as("seed %s", seed).noneMatch(code -> code.id().startsWith("SLU11"));
      if (errors.isEmpty()) {
        Compiled direct = sound.compiled();
        Compiled printed = Compiled.of(direct.placed(), compilation.shards(), List.of());
        assertThat(printed.ztunnel()).as("seed %s", seed).isEqualTo(direct.ztunnel());
        assertThat(printed.waypoints()).as("seed %s", seed).isEqualTo(direct.waypoints());
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(200);
  }

  private static Compilation compile(Map<String, String> files) {
    var problems = new Diagnostics();
    var sources = new ArrayList<SourceFile>();
    files.forEach(
        (name, text) -> sources.add(new SourceFile(name, text.getBytes(StandardCharsets.UTF_8))));
    MeshSettings settings = SettingsReader.read(sources.getFirst(), problems).orElseThrow();
    return Compiler.compile(new SourceTree(List.of(sources.getLast())), settings, problems);
  }
}
