package dev.sluice.compiler.validate;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.source.Located;
import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.NamedMatch;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import dev.sluice.engine.route.HttpRoute.ValueMatch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Reads the matches of an HTTPRoute rule.
final class RouteMatchReader {

  private static final List<String> FORBIDDEN_PARTS =
      List.of("//", "/./", "/../", "%2f", "%2F", "#");

  /// RFC 3986 §3.3, with a slash.
  private static final Pattern LITERAL =
      Pattern.compile("^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$");

  private final Problems problems;

  RouteMatchReader(Problems problems) {
    this.problems = problems;
  }

  /// The matches of a rule; a rule without any matches every path.
  List<Match> read(MappingNode rule) {
    var matches = new ArrayList<Match>();
    for (MappingNode match : Fields.mappings(rule, "matches")) {
      Located<String> method = Fields.text(match, "method");
      matches.add(
          new Match(
              path(match),
              method == null ? null : method.value(),
              named(match, "headers"),
              named(match, "queryParams")));
    }
    return matches.isEmpty()
        ? List.of(new Match(new PathMatch.Prefix("/"), null, List.of(), List.of()))
        : matches;
  }

  private PathMatch path(MappingNode match) {
    MappingNode path = match.mapping("path");
    if (path == null) {
      return new PathMatch.Prefix("/");
    }
    Located<String> found = Fields.text(path, "value");
    Located<String> value = found == null ? new Located<>("/", Fields.startOf(path)) : found;
    return switch (Fields.textOrEmpty(path, "type")) {
      case "Exact" -> {
        checkLiteral(value);
        yield new PathMatch.Exact(value.value());
      }
      case "RegularExpression" -> {
        checkRegex(value);
        yield new PathMatch.Regex(value.value());
      }
      default -> {
        checkLiteral(value);
        yield new PathMatch.Prefix(value.value());
      }
    };
  }

  private void checkLiteral(Located<String> value) {
    String text = value.value();
    String why;
    if (!text.startsWith("/")) {
      why = "a path starts with `/`";
    } else if (text.endsWith("/..") || text.endsWith("/.")) {
      why = "it ends in a dot segment";
    } else {
      why =
          FORBIDDEN_PARTS.stream()
              .filter(text::contains)
              .findFirst()
              .map(part -> "it contains `" + part + "`")
              .orElse(
                  LITERAL.matches(text) ? null : "it has characters that must be percent-encoded");
    }
    if (why != null) {
      problems.report(
          Code.BAD_ROUTE_PATH,
          value.span(),
          new Text(
              "`" + Words.shortened(text) + "` cannot be matched: " + why,
              "requests are matched by their canonical path, which never looks like this",
              "write the canonical path"));
    }
  }

  private void checkRegex(Located<String> value) {
    try {
      Pattern.compile(value.value());
    } catch (PatternSyntaxException malformed) {
      problems.report(
          Code.BAD_REGEX,
          value.span(),
          new Text(
              "`"
                  + Words.shortened(value.value())
                  + "` is not an RE2 expression: "
                  + malformed.getDescription(),
              "expressions run in linear time, without look-around and back-references",
              "correct the expression"));
    }
  }

  private List<NamedMatch> named(MappingNode match, String field) {
    boolean header = field.equals("headers");
    var matches = new ArrayList<NamedMatch>();
    Set<String> seen = new HashSet<>();
    for (MappingNode entry : Fields.mappings(match, field)) {
      Located<String> name = Fields.text(entry, "name");
      Located<String> value = Fields.text(entry, "value");
      if (name == null || value == null) {
        continue;
      }
      String key = header ? name.value().toLowerCase(Locale.ROOT) : name.value();
      if (!seen.add(key)) {
        problems.report(
            Code.DUPLICATE_ENTRY,
            name.span(),
            new Text(
                "`" + Words.shortened(name.value()) + "` is matched twice",
                "only the first entry of a name counts",
                "remove one of them"));
      }
      if (Fields.textOrEmpty(entry, "type").equals("RegularExpression")) {
        checkRegex(value);
        matches.add(new NamedMatch(key, new ValueMatch.Regex(value.value())));
      } else {
        matches.add(new NamedMatch(key, new ValueMatch.Exact(value.value())));
      }
    }
    return matches;
  }
}
