package dev.sluice.compiler.review;

import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.Path;
import dev.sluice.engine.policy.Condition.TemplatedPath;
import dev.sluice.engine.policy.PathTemplate;
import dev.sluice.engine.policy.PathTemplate.Segment;
import dev.sluice.engine.policy.StringMatch;
import java.util.StringJoiner;

/// How two leaves of conditions relate. A positive answer is certain; a negative one means that it
/// does not show.
final class Leaves {

  private Leaves() {}

  /// Whether whatever satisfies `premise` satisfies `conclusion`.
  static boolean implies(Condition premise, Condition conclusion) {
    if (premise.equals(conclusion)) {
      return true;
    }
    if (premise instanceof Condition.L4 one && conclusion instanceof Condition.L4 other) {
      return implies(one, other);
    }
    return premise instanceof Condition.L7 one
        && conclusion instanceof Condition.L7 other
        && implies(one, other);
  }

  private static boolean implies(Condition.L4 premise, Condition.L4 conclusion) {
    return switch (conclusion) {
      case Condition.Principal(var match) ->
          premise instanceof Condition.Principal(var own)
              ? Texts.implies(own, match)
              : impliesIdentity(premise, conclusion);
      case Condition.PeerNamespace _, Condition.PeerServiceAccount _, Condition.PeerTrustDomain _ ->
          impliesIdentity(premise, conclusion);
      case Condition.SourceAddress(var block) ->
          premise instanceof Condition.SourceAddress(var own) && isWithin(own, block);
      case Condition.WorkloadAddress(var block) ->
          premise instanceof Condition.WorkloadAddress(var own) && isWithin(own, block);
      case Condition.ServiceAddress(var block) ->
          premise instanceof Condition.ServiceAddress(var own) && isWithin(own, block);
      case Condition.WorkloadPort _, Condition.ServicePort _ -> false;
    };
  }

  private static boolean impliesIdentity(Condition.L4 premise, Condition.L4 conclusion) {
    return Identity.of(premise)
        .flatMap(one ->
            Identity.of(conclusion).filter(Identity::isWhole).filter(other -> one.implies(other)))
        .isPresent();
  }

  private static boolean implies(Condition.L7 premise, Condition.L7 conclusion) {
    return switch (conclusion) {
      case Condition.Host(var match) ->
          premise instanceof Condition.Host(var own)
              && Texts.implies(Texts.lowerCase(own), Texts.lowerCase(match));
      case Condition.Method(var match) ->
          premise instanceof Condition.Method(var own) && Texts.implies(own, match);
      case Condition.Header(var name, var match) ->
          premise instanceof Condition.Header(var other, var own)
              && name.equals(other)
              && Texts.implies(own, match);
      case Condition.Claim(var path, var match) ->
          premise instanceof Condition.Claim(var other, var own)
              && path.equals(other)
              && Texts.implies(own, match);
      case Condition.RequestPrincipal(var issuer, var subject) ->
          premise instanceof Condition.RequestPrincipal(var ownIssuer, var ownSubject)
              && Texts.implies(ownIssuer, issuer)
              && Texts.implies(ownSubject, subject);
      case Path(var match) ->
          premise instanceof Path(var own)
              ? Texts.implies(own, match)
              : premise instanceof TemplatedPath(var template)
                  && Texts.implies(new StringMatch.Prefix(start(template)), match);
      case TemplatedPath(var template) ->
          premise instanceof Path(StringMatch.Exact(var text)) && template.matches(text);
    };
  }

  /// Whether nothing satisfies both.
  static boolean excludes(Condition one, Condition other) {
    if (one instanceof Condition.L4 first && other instanceof Condition.L4 second) {
      return excludes(first, second);
    }
    return one instanceof Condition.L7 first
        && other instanceof Condition.L7 second
        && excludes(first, second);
  }

  private static boolean excludes(Condition.L4 one, Condition.L4 other) {
    return switch (one) {
      case Condition.Principal(var match)
          when other instanceof Condition.Principal(var second) && Texts.excludes(match, second) ->
          true;
      case Condition.Principal _,
          Condition.PeerNamespace _,
          Condition.PeerServiceAccount _,
          Condition.PeerTrustDomain _ ->
          Identity.of(one)
              .flatMap(first -> Identity.of(other).filter(second -> first.excludes(second)))
              .isPresent();
      case Condition.SourceAddress(var block) ->
          other instanceof Condition.SourceAddress(var second) && isApart(block, second);
      case Condition.WorkloadAddress(var block) ->
          other instanceof Condition.WorkloadAddress(var second) && isApart(block, second);
      case Condition.ServiceAddress(var block) ->
          other instanceof Condition.ServiceAddress(var second) && isApart(block, second);
      case Condition.WorkloadPort(int port) ->
          other instanceof Condition.WorkloadPort(int second) && port != second;
      case Condition.ServicePort(int port) ->
          other instanceof Condition.ServicePort(int second) && port != second;
    };
  }

  private static boolean excludes(Condition.L7 one, Condition.L7 other) {
    return switch (one) {
      case Condition.Host(var match) ->
          other instanceof Condition.Host(var second)
              && Texts.excludes(Texts.lowerCase(match), Texts.lowerCase(second));
      case Condition.Method(var match) ->
          other instanceof Condition.Method(var second) && Texts.excludes(match, second);
      case Condition.Header(var name, var match) ->
          other instanceof Condition.Header(var secondName, var second)
              && name.equals(secondName)
              && Texts.excludes(match, second);
      case Path(var match) ->
          other instanceof Path(var second)
              ? Texts.excludes(match, second)
              : other instanceof TemplatedPath(var template) && excludes(template, match);
      case TemplatedPath(var template) ->
          other instanceof Path(var match) && excludes(template, match);
      // a claim may hold several texts at once, so two values never exclude each other
      case Condition.Claim _, Condition.RequestPrincipal _ -> false;
    };
  }

  private static boolean excludes(PathTemplate template, StringMatch match) {
    return match instanceof StringMatch.Exact(var text)
        ? !template.matches(text)
        : Texts.excludes(new StringMatch.Prefix(start(template)), match);
  }

  /// The text every path that matches a template starts with.
  private static String start(PathTemplate template) {
    var start = new StringJoiner("/", "/", "");
    for (Segment segment : template.segments()) {
      switch (segment) {
        case Segment.Literal(var text) -> start.add(text);
        case Segment.One() -> {
          return start.add("").toString();
        }
        // no segment at all is a match too, without the slash before it
        case Segment.Many() -> {
          return start.toString();
        }
      }
    }
    return start.toString();
  }

  private static boolean isWithin(Cidr inner, Cidr outer) {
    return inner.prefixLength() >= outer.prefixLength() && outer.contains(inner.network());
  }

  private static boolean isApart(Cidr one, Cidr other) {
    return !one.contains(other.network()) && !other.contains(one.network());
  }
}
