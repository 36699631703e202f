package dev.sluice.compiler.space;

import java.util.Set;
import java.util.function.IntPredicate;

/// Recognises texts of at least one character, all of them allowed.
record AllowedCharacters(IntPredicate allowed) implements Automaton {

  /// The methods of RFC 9110 §9.1: a token.
  static Automaton token() {
    return new AllowedCharacters(c ->
        (c >= 'a' && c <= 'z')
            || (c >= 'A' && c <= 'Z')
            || (c >= '0' && c <= '9')
            || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
  }

  /// Visible ASCII without capital letters, in which hosts are compared.
  static Automaton foldedHost() {
    return new AllowedCharacters(
        c -> c > ' ' && c < 0x7f && !(c >= 'A' && c <= 'Z') && "/?#@\\".indexOf(c) < 0);
  }

  @Override
  public int start() {
    return 0;
  }

  @Override
  public int step(int state, char c) {
    return allowed.test(c) ? 1 : NEVER;
  }

  @Override
  public boolean accepts(int state) {
    return state == 1;
  }

  @Override
  public void alphabet(Set<Character> characters) {}
}
