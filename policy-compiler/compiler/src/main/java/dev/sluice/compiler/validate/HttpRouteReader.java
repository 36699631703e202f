package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.HttpRouteSyntax;
import dev.sluice.compiler.syntax.HttpRouteSyntax.BackendRef;
import dev.sluice.compiler.syntax.HttpRouteSyntax.ParentRef;
import dev.sluice.compiler.syntax.HttpRouteSyntax.RouteRule;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.engine.route.HttpRoute.Match;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads an HTTPRoute whose shape fits the schema.
final class HttpRouteReader {

  private static final int MAX_MATCHES = 128;

  private final Problems problems;
  private final RouteMatchReader matches;
  private final RouteFilterReader filters;

  HttpRouteReader(Problems problems) {
    this.problems = problems;
    this.matches = new RouteMatchReader(problems);
    this.filters = new RouteFilterReader(problems);
  }

  HttpRouteSyntax read(Metadata metadata, MappingNode root) {
    MappingNode found = root.mapping("spec");
    MappingNode spec = found == null ? new MappingNode(List.of(), metadata.nameSpan()) : found;
    var parents = new ArrayList<ParentRef>();
    Fields.mappings(spec, "parentRefs").forEach(ref -> parents.add(parent(metadata, ref)));
    checkUnique(spec);
    if (parents.isEmpty()) {
      problems.report(
          Code.EMPTY_LIST,
          Fields.has(spec, "parentRefs") ? Fields.keySpan(spec, "parentRefs") : metadata.nameSpan(),
          new Text(
              "the route has no parent",
              "nothing would apply it",
              "attach it to a Service: `parentRefs: [{group: \"\", kind: Service, name: …}]`"));
    }
    var rules = new ArrayList<RouteRule>();
    Fields.mappings(spec, "rules").forEach(rule -> rules.add(rule(metadata, rule)));
    checkRules(metadata, spec, rules);
    return new HttpRouteSyntax(metadata, parents, hostnames(spec, parents), rules);
  }

  private List<Located<String>> hostnames(MappingNode spec, List<ParentRef> parents) {
    List<Located<String>> hostnames = Fields.texts(spec, "hostnames");
    boolean mesh = parents.stream().anyMatch(parent -> parent.kind().equals("Service"));
    if (mesh && !hostnames.isEmpty()) {
      problems.report(
          Code.UNSUPPORTED_FIELD,
          Fields.keySpan(spec, "hostnames"),
          new Text(
              "`hostnames` has no effect on a route for a Service",
              "in the mesh the address chooses the Service, so the list would be ignored",
              "match the `Host` header instead, or remove the list"));
    }
    return hostnames;
  }

  private void checkRules(Metadata metadata, MappingNode spec, List<RouteRule> rules) {
    if (rules.isEmpty()) {
      problems.report(
          Code.MISSING_FIELD,
          metadata.nameSpan(),
          new Text(
              "the route has no rules", "every request would be answered with 500", "add a rule"));
    }
    int count = rules.stream().mapToInt(rule -> rule.matches().size()).sum();
    if (count > MAX_MATCHES) {
      problems.report(
          Code.WRONG_LENGTH,
          Fields.keySpan(spec, "rules"),
          new Text(
              "the route has " + count + " matches, more than " + MAX_MATCHES,
              "the API server refuses it",
              "split the route"));
    }
  }

  /// A parent is told apart from another by all its fields.
  private void checkUnique(MappingNode spec) {
    var seen = new HashSet<Object>();
    for (MappingNode ref : Fields.mappings(spec, "parentRefs")) {
      var fields = new HashMap<String, String>();
      fields.put("group", "gateway.networking.k8s.io");
      fields.put("kind", "Gateway");
      Fields.textsByKey(ref).forEach((field, value) -> fields.put(field, value.value()));
      if (!seen.add(fields)) {
        problems.report(
            Code.DUPLICATE_ENTRY,
            Fields.startOf(ref),
            new Text(
                "the same parent is referred to twice",
                "the API server refuses it",
                "remove one of the references"));
      }
    }
  }

  private ParentRef parent(Metadata metadata, MappingNode ref) {
    String group =
        Fields.has(ref, "group") ? Fields.textOrEmpty(ref, "group") : "gateway.networking.k8s.io";
    String kind = Fields.has(ref, "kind") ? Fields.textOrEmpty(ref, "kind") : "Gateway";
    String namespace = Fields.textOrEmpty(ref, "namespace");
    boolean known =
        (kind.equals("Service") && group.isEmpty())
            || (kind.equals("Gateway") && group.equals("gateway.networking.k8s.io"));
    if (!known) {
      problems.report(
          Code.BAD_TARGET_KIND,
          Fields.startOf(ref),
          new Text(
              "`" + kind + "` of group `" + group + "` cannot be the parent of a route here",
              "nothing would apply the route",
              "use kind Service with `group: \"\"`, or Gateway"));
    }
    if (kind.equals("Service")) {
      unsupported(ref, "sectionName", "a Service has ports, not sections", "use `port`");
    }
    return new ParentRef(
        group,
        kind,
        namespace.isEmpty() ? metadata.namespace() : namespace,
        Fields.textOrEmpty(ref, "name"),
        Fields.integer(ref, "port"),
        Fields.startOf(ref));
  }

  private RouteRule rule(Metadata metadata, MappingNode rule) {
    List<Match> read = matches.read(rule);
    List<Filter> ruleFilters = filters.read(rule, read);
    var backends = new ArrayList<BackendRef>();
    Fields.mappings(rule, "backendRefs").forEach(ref -> backends.add(backend(metadata, ref)));
    boolean redirects = ruleFilters.stream().anyMatch(Filter.Redirect.class::isInstance);
    if (redirects && !backends.isEmpty()) {
      problems.report(
          Code.BAD_FILTERS,
          Fields.keySpan(rule, "backendRefs"),
          new Text(
              "a rule that redirects has no backends",
              "the request is answered by the redirect",
              "remove `backendRefs` or the redirect"));
    }
    if (!redirects && backends.isEmpty()) {
      problems.report(
          Code.BAD_BACKEND,
          Fields.startOf(rule),
          new Text(
              "a rule without `backendRefs`",
              "its requests are answered with 500",
              "add a backend, or a redirect"));
    }
    return new RouteRule(read, ruleFilters, backends, timeout(rule), Fields.startOf(rule));
  }

  private BackendRef backend(Metadata metadata, MappingNode ref) {
    String group = Fields.textOrEmpty(ref, "group");
    String kind = Fields.has(ref, "kind") ? Fields.textOrEmpty(ref, "kind") : "Service";
    String namespace = Fields.textOrEmpty(ref, "namespace");
    OptionalInt port = Fields.integer(ref, "port");
    Span start = Fields.startOf(ref);
    if (!kind.equals("Service") || !group.isEmpty()) {
      problems.report(
          Code.BAD_BACKEND,
          start,
          new Text(
              "a backend of kind `" + kind + "` is not supported",
              "its share of the requests would be answered with 500",
              "use a Service"));
    } else if (port.isEmpty()) {
      problems.report(
          Code.BAD_BACKEND,
          start,
          new Text(
              "a Service backend without `port`",
              "the API server refuses it",
              "add the Service port"));
    }
    return new BackendRef(
        group,
        kind,
        namespace.isEmpty() ? metadata.namespace() : namespace,
        Fields.textOrEmpty(ref, "name"),
        port,
        Fields.has(ref, "weight") ? Fields.integer(ref, "weight").orElse(1) : 1,
        filters.readOfBackend(ref),
        start);
  }

  /// The shorter of the two timeouts: there is one attempt, so both bound it.
  private Optional<Duration> timeout(MappingNode rule) {
    MappingNode timeouts = rule.mapping("timeouts");
    if (timeouts == null) {
      return Optional.empty();
    }
    Duration request = duration(timeouts, "request");
    Duration backend = duration(timeouts, "backendRequest");
    if (!request.isZero() && !backend.isZero() && backend.compareTo(request) > 0) {
      problems.report(
          Code.BAD_DURATION,
          Fields.keySpan(timeouts, "backendRequest"),
          new Text(
              "`backendRequest` is longer than `request`",
              "the API server refuses it",
              "make it at most as long"));
    }
    Duration shorter =
        request.isZero() || (!backend.isZero() && backend.compareTo(request) < 0)
            ? backend
            : request;
    return shorter.isZero() ? Optional.empty() : Optional.of(shorter);
  }

  private Duration duration(MappingNode timeouts, String field) {
    Located<String> text = Fields.text(timeouts, field);
    if (text == null) {
      return Duration.ZERO;
    }
    Optional<Duration> parsed = Durations.parse(text.value());
    if (parsed.isEmpty()) {
      problems.report(
          Code.BAD_DURATION,
          text.span(),
          new Text(
              "`" + Words.shortened(text.value()) + "` is not a duration",
              "Gateway API durations are up to four numbers with h, m, s or ms",
              "write, for example, `1m30s` or `500ms`"));
    }
    return parsed.orElse(Duration.ZERO);
  }

  private void unsupported(MappingNode mapping, String field, String why, String help) {
    if (Fields.has(mapping, field)) {
      problems.report(
          Code.UNSUPPORTED_FIELD,
          Fields.keySpan(mapping, field),
          new Text("`" + field + "` is not supported", why, help));
    }
  }
}
