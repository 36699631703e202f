package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.source.Located;
import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.engine.route.HttpRoute.HeaderEdits;
import dev.sluice.engine.route.HttpRoute.HeaderValue;
import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.PathEdit;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the filters of an HTTPRoute rule or backend.
final class RouteFilterReader {

  private static final Map<String, String> BODIES =
      Map.of(
          "RequestHeaderModifier", "requestHeaderModifier",
          "ResponseHeaderModifier", "responseHeaderModifier",
          "RequestRedirect", "requestRedirect",
          "URLRewrite", "urlRewrite",
          "RequestMirror", "requestMirror",
          "CORS", "cors",
          "ExtensionRef", "extensionRef",
          "ExternalAuth", "externalAuth");

  private final Problems problems;

  RouteFilterReader(Problems problems) {
    this.problems = problems;
  }

  /// The filters of a rule, whose matches decide whether a prefix can be replaced.
  List<Filter> read(MappingNode rule, List<Match> matches) {
    List<Filter> filters = filters(rule);
    boolean replacesPrefix = filters.stream().anyMatch(RouteFilterReader::replacesPrefix);
    boolean onePrefix =
        matches.size() == 1 && matches.getFirst().path() instanceof PathMatch.Prefix;
    if (replacesPrefix && !onePrefix) {
      bad(
          rule,
          "`ReplacePrefixMatch` needs exactly one `PathPrefix` match in the rule",
          "with several it is undefined which prefix is replaced",
          "split the rule");
    }
    return filters;
  }

  /// The filters of a backend: header changes only.
  List<Filter> readOfBackend(MappingNode backend) {
    List<Filter> filters = filters(backend);
    for (Filter filter : filters) {
      switch (filter) {
        case Filter.RequestHeaders _, Filter.ResponseHeaders _ -> {}
        case Filter.Redirect _, Filter.Rewrite _ ->
            problems.report(
                Code.UNSUPPORTED_FIELD,
                Fields.keySpan(backend, "filters"),
                new Text(
                    "only header filters are supported on a backend",
                    "a redirect or rewrite of one share of the requests is not implemented",
                    "put the filter on the rule"));
      }
    }
    return filters;
  }

  private List<Filter> filters(MappingNode holder) {
    var filters = new ArrayList<Filter>();
    Map<String, MappingNode> seen = new HashMap<>();
    for (MappingNode filter : Fields.mappings(holder, "filters")) {
      String type = Fields.textOrEmpty(filter, "type");
      boolean mayRepeat = type.equals("RequestMirror") || type.equals("ExtensionRef");
      if (seen.put(type, filter) != null && !mayRepeat) {
        bad(
            filter,
            "filter `" + type + "` is repeated",
            "the API server refuses it",
            "merge the two");
      }
      checkBodies(filter, type);
      Filter read = filter(filter, type);
      if (read != null) {
        filters.add(read);
      }
    }
    if (seen.containsKey("RequestRedirect") && seen.containsKey("URLRewrite")) {
      bad(
          holder,
          "`RequestRedirect` and `URLRewrite` exclude each other",
          "a redirected request is not forwarded",
          "keep one of them");
    }
    return filters;
  }

  private void checkBodies(MappingNode filter, String type) {
    String wanted = BODIES.getOrDefault(type, "");
    for (String body : BODIES.values()) {
      if (Fields.has(filter, body) != body.equals(wanted)) {
        bad(
            filter,
            body.equals(wanted)
                ? "filter `" + type + "` lacks `" + body + "`"
                : "`" + body + "` does not belong to filter `" + type + "`",
            "the API server refuses it",
            "make `type` and its body agree");
      }
    }
  }

  private @Nullable Filter filter(MappingNode filter, String type) {
    MappingNode body = filter.mapping(BODIES.getOrDefault(type, ""));
    if (body == null) {
      return null;
    }
    return switch (type) {
      case "RequestHeaderModifier" -> new Filter.RequestHeaders(edits(body));
      case "ResponseHeaderModifier" -> new Filter.ResponseHeaders(edits(body));
      case "RequestRedirect" ->
          new Filter.Redirect(
              nullable(body, "scheme"),
              nullable(body, "hostname"),
              pathEdit(body),
              Fields.integer(body, "port").orElse(0),
              Fields.integer(body, "statusCode").orElse(302));
      case "URLRewrite" -> new Filter.Rewrite(nullable(body, "hostname"), pathEdit(body));
      case "ExternalAuth" -> null;
      default -> {
        problems.report(
            Code.UNSUPPORTED_FIELD,
            Fields.keySpan(filter, "type"),
            new Text(
                "filter `" + type + "` is not supported",
                "the waypoint would have to skip it, which changes what the route does",
                "remove the filter"));
        yield null;
      }
    };
  }

  private HeaderEdits edits(MappingNode body) {
    Set<String> names = new HashSet<>();
    List<HeaderValue> set = headers(body, "set", names);
    List<HeaderValue> add = headers(body, "add", names);
    var remove = new ArrayList<String>();
    for (Located<String> name : Fields.texts(body, "remove")) {
      checkName(name, names);
      remove.add(name.value());
    }
    return new HeaderEdits(set, add, remove);
  }

  private List<HeaderValue> headers(MappingNode body, String field, Set<String> names) {
    var headers = new ArrayList<HeaderValue>();
    for (MappingNode header : Fields.mappings(body, field)) {
      Located<String> name = Fields.text(header, "name");
      if (name != null) {
        checkName(name, names);
        headers.add(new HeaderValue(name.value(), Fields.textOrEmpty(header, "value")));
      }
    }
    return headers;
  }

  private void checkName(Located<String> name, Set<String> seen) {
    String lower = name.value().toLowerCase(Locale.ROOT);
    if (!seen.add(lower)) {
      problems.report(
          Code.BAD_FILTERS,
          name.span(),
          new Text(
              "header `" + Words.shortened(name.value()) + "` is changed twice",
              "only one action per header name is defined",
              "keep one of them"));
    }
    if (lower.equals("host") || lower.startsWith(":")) {
      problems.report(
          Code.BAD_FILTERS,
          name.span(),
          new Text(
              "header `" + Words.shortened(name.value()) + "` cannot be changed by a header filter",
              "it names the destination of the request",
              "use `URLRewrite` with `hostname`"));
    }
  }

  private static @Nullable PathEdit pathEdit(MappingNode body) {
    MappingNode path = body.mapping("path");
    if (path == null) {
      return null;
    }
    return Fields.textOrEmpty(path, "type").equals("ReplacePrefixMatch")
        ? new PathEdit.ReplacePrefix(Fields.textOrEmpty(path, "replacePrefixMatch"))
        : new PathEdit.ReplaceFull(Fields.textOrEmpty(path, "replaceFullPath"));
  }

  private static boolean replacesPrefix(Filter filter) {
    return switch (filter) {
      case Filter.Redirect redirect -> redirect.path() instanceof PathEdit.ReplacePrefix;
      case Filter.Rewrite rewrite -> rewrite.path() instanceof PathEdit.ReplacePrefix;
      case Filter.RequestHeaders _, Filter.ResponseHeaders _ -> false;
    };
  }

  private static @Nullable String nullable(MappingNode body, String field) {
    Located<String> text = Fields.text(body, field);
    return text == null ? null : text.value();
  }

  private void bad(MappingNode place, String message, String why, String help) {
    problems.report(Code.BAD_FILTERS, Fields.startOf(place), new Text(message, why, help));
  }
}
