package dev.sluice.compiler.traffic;

import dev.sluice.engine.policy.PathTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Generalises observed paths with restraint: only parts that look like identifiers, only when
/// several were seen, and never so that a path that was refused is covered.
final class PathShapes {

  private static final String ANY = "{*}";
  private static final int ENOUGH = 3;
  private static final int SHORTEST_HEX = 8;

  private PathShapes() {}

  /// What a policy lists for these paths, and those that no policy can name exactly.
  record Listed(List<String> paths, List<String> unspeakable) {
    Listed {
      paths = List.copyOf(paths);
      unspeakable = List.copyOf(unspeakable);
    }
  }

  static Listed of(SortedSet<String> allowed, SortedSet<String> refused) {
    var shapes = new TreeMap<String, SortedSet<String>>();
    var unspeakable = new ArrayList<String>();
    for (String path : allowed) {
      if (isSpeakable(path)) {
        shapes.computeIfAbsent(shape(path), _ -> new TreeSet<>()).add(path);
      } else {
        unspeakable.add(path);
      }
    }
    var paths = new TreeSet<String>();
    shapes.forEach((shape, members) -> {
      boolean general = members.size() >= ENOUGH && PathTemplate.isTemplate(shape);
      if (general && refused.stream().noneMatch(PathTemplate.parse(shape)::matches)) {
        paths.add(shape);
      } else {
        paths.addAll(members);
      }
    });
    return new Listed(List.copyOf(paths), unspeakable);
  }

  /// A path that a policy would read as a pattern cannot be named.
  private static boolean isSpeakable(String path) {
    return path.startsWith("/")
        && !path.endsWith("*")
        && path.chars().noneMatch(c -> c == '{' || c == '}' || c <= ' ' || c >= 0x7f);
  }

  private static String shape(String path) {
    var parts = new ArrayList<String>();
    for (String part : path.split("/", -1)) {
      parts.add(isIdentifier(part) ? ANY : part);
    }
    return String.join("/", parts);
  }

  /// A number, or hexadecimal digits as in a UUID or hash.
  static boolean isIdentifier(String part) {
    if (part.isEmpty()) {
      return false;
    }
    boolean number = part.chars().allMatch(c -> c >= '0' && c <= '9');
    boolean hex =
        part.length() >= SHORTEST_HEX
            && part.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '-')
            && part.chars().anyMatch(c -> c >= '0' && c <= '9');
    return number || hex;
  }
}
