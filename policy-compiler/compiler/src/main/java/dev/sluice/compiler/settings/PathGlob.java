package dev.sluice.compiler.settings;

import java.util.List;

/// A pattern for paths with `/`: `*` stands for any characters of one segment, `?` for one, and a
/// whole segment `**` for any number of segments, none included.
///
/// Matching takes time proportional to the product of both lengths at most, whatever the pattern.
public record PathGlob(String pattern) {

  /// Whether the whole relative path fits.
  public boolean matches(String path) {
    return segments(List.of(pattern.split("/", -1)), List.of(path.split("/", -1)));
  }

  /// Row by row: whether the first `i` segments of the pattern fit the first `j` of the path.
  private static boolean segments(List<String> wanted, List<String> given) {
    var fits = new boolean[given.size() + 1];
    fits[0] = true;
    for (String segment : wanted) {
      var next = new boolean[fits.length];
      boolean isAny = segment.equals("**");
      next[0] = isAny && fits[0];
      for (int j = 1; j < fits.length; j++) {
        next[j] =
            isAny ? fits[j] || next[j - 1] : fits[j - 1] && segment(segment, given.get(j - 1));
      }
      fits = next;
    }
    return fits[given.size()];
  }

  private static boolean segment(String wanted, String given) {
    var fits = new boolean[given.length() + 1];
    fits[0] = true;
    for (int i = 0; i < wanted.length(); i++) {
      char c = wanted.charAt(i);
      var next = new boolean[fits.length];
      next[0] = c == '*' && fits[0];
      for (int j = 1; j < fits.length; j++) {
        next[j] =
            c == '*'
                ? fits[j] || next[j - 1]
                : fits[j - 1] && (c == '?' || c == given.charAt(j - 1));
      }
      fits = next;
    }
    return fits[given.length()];
  }
}
