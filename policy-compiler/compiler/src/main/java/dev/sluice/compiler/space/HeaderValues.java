package dev.sluice.compiler.space;

import java.util.Set;

/// Recognises the values a header can have: no control characters, no blank at either end.
///
/// Source: RFC 9110 §5.5.
record HeaderValues() implements Automaton {
  private static final int EMPTY = 0;
  private static final int WORD = 1;
  private static final int BLANK = 2;

  @Override
  public int start() {
    return EMPTY;
  }

  @Override
  public int step(int state, char c) {
    boolean isBlank = c == ' ' || c == '\t';
    if (isBlank) {
      return state == EMPTY ? NEVER : BLANK;
    }
    return c < ' ' || c == 0x7f ? NEVER : WORD;
  }

  @Override
  public boolean accepts(int state) {
    return state != BLANK;
  }

  @Override
  public void alphabet(Set<Character> characters) {
    characters.add(' ');
  }
}
