package dev.sluice.compiler.space;

import dev.sluice.engine.policy.StringMatch;
import java.util.Set;

/// A deterministic automaton over characters that recognises one kind of text.
///
/// States are small numbers of its own; {@link #NEVER} and {@link #ALWAYS} are the states in which
/// the rest of the text no longer matters. All characters that {@link #alphabet} leaves out lead to
/// the same state, as far as they are allowed at all.
interface Automaton {
  int NEVER = -1;
  int ALWAYS = -2;

  int start();

  /// The state after `c`; never called in {@link #NEVER} or {@link #ALWAYS}.
  int step(int state, char c);

  /// Whether a text that ends in this state is recognised.
  boolean accepts(int state);

  /// Adds the characters it tells from others.
  void alphabet(Set<Character> characters);

  /// Every text.
  static Automaton everything() {
    return new Everything();
  }

  /// The texts a match is true of, where the empty text stands for absence.
  static Automaton of(StringMatch match) {
    return switch (match) {
      case StringMatch.Exact(var value) -> new Exact(value);
      case StringMatch.Prefix(var value) -> new Prefix(value);
      case StringMatch.Suffix(var value) -> value.isEmpty() ? new Prefix("") : new Suffix(value);
      case StringMatch.Present() -> new Prefix("");
    };
  }

  /// Recognises every text.
  record Everything() implements Automaton {
    @Override
    public int start() {
      return ALWAYS;
    }

    @Override
    public int step(int state, char c) {
      return ALWAYS;
    }

    @Override
    public boolean accepts(int state) {
      return true;
    }

    @Override
    public void alphabet(Set<Character> characters) {}
  }

  /// Recognises one text; the state is how much of it was seen.
  record Exact(String text) implements Automaton {
    @Override
    public int start() {
      return 0;
    }

    @Override
    public int step(int state, char c) {
      return state < text.length() && text.charAt(state) == c ? state + 1 : NEVER;
    }

    @Override
    public boolean accepts(int state) {
      return state == text.length();
    }

    @Override
    public void alphabet(Set<Character> characters) {
      add(text, characters);
    }
  }

  /// Recognises what starts with a text and is not empty.
  record Prefix(String text) implements Automaton {
    @Override
    public int start() {
      return 0;
    }

    @Override
    public int step(int state, char c) {
      if (text.isEmpty()) {
        return ALWAYS;
      }
      if (text.charAt(state) != c) {
        return NEVER;
      }
      return state + 1 == text.length() ? ALWAYS : state + 1;
    }

    @Override
    public boolean accepts(int state) {
      return false;
    }

    @Override
    public void alphabet(Set<Character> characters) {
      add(text, characters);
    }
  }

  /// Recognises what ends with a text; the state is how much of it the end of what was seen makes
  /// up. Source: Knuth, Morris, Pratt, "Fast Pattern Matching in Strings", 1977.
  final class Suffix implements Automaton {
    private final String text;
    private final int[] borders;

    Suffix(String text) {
      this.text = text;
      this.borders = new int[text.length() + 1];
      borders[0] = -1;
      for (int i = 1; i <= text.length(); i++) {
        int border = borders[i - 1];
        while (border >= 0 && text.charAt(border) != text.charAt(i - 1)) {
          border = borders[border];
        }
        borders[i] = border + 1;
      }
    }

    @Override
    public int start() {
      return 0;
    }

    @Override
    public int step(int state, char c) {
      int seen = state == text.length() ? borders[state] : state;
      while (seen >= 0 && text.charAt(seen) != c) {
        seen = borders[seen];
      }
      return seen + 1;
    }

    @Override
    public boolean accepts(int state) {
      return state == text.length();
    }

    @Override
    public void alphabet(Set<Character> characters) {
      add(text, characters);
    }
  }

  private static void add(String text, Set<Character> characters) {
    for (int i = 0; i < text.length(); i++) {
      characters.add(text.charAt(i));
    }
  }
}
