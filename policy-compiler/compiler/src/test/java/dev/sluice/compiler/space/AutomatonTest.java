package dev.sluice.compiler.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.http.CanonicalPath;
import dev.sluice.engine.policy.PathTemplate;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AutomatonTest {

  private static boolean recognises(Automaton automaton, String text) {
    int state = automaton.start();
    for (int i = 0; i < text.length() && state != Automaton.NEVER; i++) {
      state = state == Automaton.ALWAYS ? state : automaton.step(state, text.charAt(i));
    }
    return state == Automaton.ALWAYS || (state != Automaton.NEVER && automaton.accepts(state));
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of("/", "a", "b", ".", "..", ";", "%", "%41", "%2F", "%3a", "%3A", "\\", "#")
        .list()
        .ofMaxSize(8)
        .map(parts -> "/" + String.join("", parts));
  }

  @Property(tries = 5000)
  void canonical_paths_are_the_fixed_points_of_normalization(
      @ForAll("paths") String path, @ForAll PathNormalization normalization) {
    boolean isFixed =
        CanonicalPath.of(path, normalization).equals(new CanonicalPath.Outcome.Canonical(path, ""));
    assertThat(recognises(new CanonicalPaths(normalization), path)).as(path).isEqualTo(isFixed);
  }

  @Property(tries = 3000)
  void a_template_automaton_agrees_with_the_template(
      @ForAll("texts") String path, @ForAll long seed) {
    PathTemplate template = new Inventor(seed).template();
    assertThat(recognises(new TemplateAutomaton(template), path))
        .as("%s on %s", template.text(), path)
        .isEqualTo(template.matches(path));
  }

  @Property(tries = 3000)
  void a_match_automaton_agrees_with_the_match(@ForAll("texts") String text, @ForAll long seed) {
    var inventor = new Inventor(seed);
    StringMatch match = inventor.match(inventor.pick(List.of("/a", "aab", "abaab", "", "/a/b")));
    assertThat(recognises(Automaton.of(match), text))
        .as("%s on %s", match, text)
        .isEqualTo(match.matches(text));
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().withChars("/abc").ofMaxLength(9);
  }
}
