package dev.sluice.compiler.hazard;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.hazard.Questions.Answer;
import dev.sluice.compiler.hazard.Questions.Line;
import dev.sluice.compiler.link.LinkedPolicy.Route;
import dev.sluice.compiler.link.LinkedPolicy.RouteParent;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.HttpRouteSyntax.RouteRule;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.PathEdit;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import java.util.Optional;

/// Finds routes that rewrite an open path into one that a DENY policy forbids: policies judge a
/// request before it is rewritten.
record RewrittenPaths(Questions questions, Diagnostics problems) {

  void check(Route route) {
    for (RouteRule rule : route.syntax().rules()) {
      for (Filter filter : rule.filters()) {
        if (filter instanceof Filter.Rewrite(var _, PathEdit edit) && edit != null) {
          route.parents().forEach(parent -> check(route, rule, edit, parent));
        }
      }
    }
  }

  private void check(Route route, RouteRule rule, PathEdit edit, RouteParent parent) {
    if (!(parent instanceof RouteParent.OfService(LinkedService service, int port, var _))
        || service.ports().isEmpty()) {
      return;
    }
    int asked = port == 0 ? service.ports().getFirst().port() : port;
    for (Match match : rule.matches()) {
      Optional<String> before = literal(match);
      if (before.isPresent()) {
        String after = after(edit);
        String method = match.method() == null ? "GET" : match.method();
        for (Peer caller : questions.callers(route.syntax().metadata().namespace())) {
          Case open = Questions.request(caller, service, asked, new Line(method, "", before.get()));
          Case forbidden = Questions.request(caller, service, asked, new Line(method, "", after));
          if (questions.isAllowed(open)
              && questions.ask(forbidden).filter(Answer::isForbidden).isPresent()) {
            report(route, rule, open, after);
            return;
          }
        }
      }
    }
  }

  /// A path that a match without other conditions matches.
  private static Optional<String> literal(Match match) {
    if (!match.headers().isEmpty() || !match.query().isEmpty()) {
      return Optional.empty();
    }
    return switch (match.path()) {
      case PathMatch.Exact(var value) -> Optional.of(value);
      case PathMatch.Prefix(var value) -> Optional.of(value);
      case PathMatch.Regex _ -> Optional.empty();
    };
  }

  private static String after(PathEdit edit) {
    String path =
        switch (edit) {
          case PathEdit.ReplaceFull(var value) -> value;
          case PathEdit.ReplacePrefix(var value) -> value;
        };
    return path.startsWith("/") ? path : "/" + path;
  }

  private void report(Route route, RouteRule rule, Case open, String after) {
    problems.report(
        Code.REWRITE_INTO_FORBIDDEN,
        rule.span(),
        route.syntax().metadata().resource(),
        new Text(
                "the route rewrites an open path to `" + after + "`, which a DENY policy forbids",
                "policies judge the path before the rewrite",
                "deny the path that clients send too, or route it elsewhere")
            .shownBy(questions.witness(open, "")));
  }
}
