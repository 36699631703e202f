package dev.sluice.compiler.space;

import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import java.util.Set;

/// Recognises the paths that policies get to see: the fixed points of {@link
/// dev.sluice.engine.http.CanonicalPath}, and `*` of OPTIONS requests.
final class CanonicalPaths implements Automaton {
  private static final int START = 0;
  private static final int ASTERISK = 1;

  /// Just after a slash.
  private static final int SLASH = 2;

  private static final int DOT = 3;
  private static final int DOTS = 4;
  private static final int NAME = 5;

  /// After `%`; the sixteen states from HALF on are those after its first digit.
  private static final int ESCAPE = 6;

  private static final int HALF = 7;

  private final PathNormalization normalization;

  CanonicalPaths(PathNormalization normalization) {
    this.normalization = normalization;
  }

  @Override
  public int start() {
    return START;
  }

  @Override
  public int step(int state, char c) {
    if (state == START) {
      return c == '/' ? SLASH : c == '*' ? ASTERISK : NEVER;
    }
    boolean isForeign = c <= ' ' || c >= 0x7f || c == '#' || c == '?';
    if (state == ASTERISK || isForeign || (c == '\\' && !isRaw())) {
      return NEVER;
    }
    if (state >= ESCAPE) {
      return state == ESCAPE ? first(c) : second(state - HALF, c);
    }
    if (c == '%') {
      return ESCAPE;
    }
    return isRaw() ? (c == '/' ? SLASH : NAME) : plain(state, c);
  }

  private int plain(int state, char c) {
    boolean isDotted = state == DOT || state == DOTS;
    if (c == '/') {
      return isDotted || (state == SLASH && isMerging()) ? NEVER : SLASH;
    }
    if (c == ';' && isDotted) {
      return NEVER;
    }
    return c != '.' ? NAME : state == SLASH ? DOT : state == DOT ? DOTS : NAME;
  }

  private int first(char c) {
    int digit = digit(c);
    return digit < 0 ? NEVER : HALF + digit;
  }

  private int second(int high, char c) {
    int digit = digit(c);
    int octet = high * 16 + digit;
    boolean isDecoded =
        !isRaw()
            && ((octet >= 'a' && octet <= 'z')
                || (octet >= 'A' && octet <= 'Z')
                || (octet >= '0' && octet <= '9')
                || "-._~".indexOf(octet) >= 0);
    boolean isRefused = octet == 0 || octet == '/' || octet == '\\';
    return digit < 0 || isDecoded || isRefused ? NEVER : NAME;
  }

  /// Canonical escapes are in upper case; raw paths keep what the client wrote.
  private int digit(char c) {
    boolean isCanonical = isRaw() || !(c >= 'a' && c <= 'f');
    return isCanonical && c < 0x7f ? Character.digit(c, 16) : -1;
  }

  private boolean isRaw() {
    return normalization == PathNormalization.NONE;
  }

  private boolean isMerging() {
    return switch (normalization) {
      case NONE, BASE -> false;
      case MERGE_SLASHES, DECODE_AND_MERGE_SLASHES -> true;
    };
  }

  @Override
  public boolean accepts(int state) {
    return state == ASTERISK || state == SLASH || state == NAME;
  }

  @Override
  public void alphabet(Set<Character> characters) {
    for (char c : "/.;*".toCharArray()) {
      characters.add(c);
    }
    if (characters.contains('%')) {
      for (char c : "0123456789ABCDEFabcdef".toCharArray()) {
        characters.add(c);
      }
    }
  }
}
