package dev.sluice.engine.route;

import dev.sluice.engine.route.HttpRoute.PathEdit;
import dev.sluice.engine.route.HttpRoute.PathMatch;

/// Rewrites paths. Source: Gateway API HTTPPathModifier.
public final class PathEdits {

  private PathEdits() {}

  /// The path, without query, after an edit under the match that was chosen.
  ///
  /// @throws IllegalArgumentException when a prefix is to be replaced and none was matched, which
  ///   compiling and decoding refuse
  public static String apply(PathEdit edit, PathMatch match, String path) {
    return switch (edit) {
      case PathEdit.ReplaceFull(var value) -> rooted(value);
      case PathEdit.ReplacePrefix(var value) ->
          switch (match) {
            case PathMatch.Prefix(var prefix) -> {
              String rest = path.substring(withoutTrailingSlash(prefix).length());
              yield rooted(withoutTrailingSlash(value) + rest);
            }
            case PathMatch.Exact _, PathMatch.Regex _ ->
                throw new IllegalArgumentException("no prefix was matched");
          };
    };
  }

  static String withoutTrailingSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static String rooted(String path) {
    return path.startsWith("/") ? path : "/" + path;
  }
}
