package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Caller;
import dev.sluice.compiler.diagnostic.Witness.Decision;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Action;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.From;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.Selection;
import java.util.Set;

/// Warns where a rule is valid and probably admits more than its author thinks.
final class AccessHints {

  private static final Set<SourceAttribute> IDENTITY =
      Set.of(
          SourceAttribute.PRINCIPALS,
          SourceAttribute.NAMESPACES,
          SourceAttribute.SERVICE_ACCOUNTS,
          SourceAttribute.TRUST_DOMAINS,
          SourceAttribute.REQUEST_PRINCIPALS);

  private AccessHints() {}

  static void check(
      Metadata metadata, Selection selection, Rule rule, Action action, Problems problems) {
    if (action != Action.ALLOW) {
      return;
    }
    var plaintext =
        Witness.connection(new Caller.Plaintext(), Covered.by(metadata, selection), Decision.ALLOW);
    for (From from : rule.from()) {
      boolean positive =
          from.entries().stream()
              .anyMatch(entry ->
                  IDENTITY.contains(entry.attribute()) && entry.polarity() == Polarity.POSITIVE);
      from.entries().stream()
          .filter(entry -> IDENTITY.contains(entry.attribute()))
          .filter(entry -> entry.polarity() == Polarity.NEGATIVE && !positive)
          .filter(entry -> entry.attribute() != SourceAttribute.REQUEST_PRINCIPALS)
          .findFirst()
          .ifPresent(entry ->
              problems.report(
                  Code.ADMITS_PLAINTEXT,
                  entry.span(),
                  new Text(
                          "`"
                              + entry.attribute().field(entry.polarity())
                              + "` in an ALLOW rule admits peers without any identity",
                          "a plaintext peer has no name that could be excluded",
                          "add `principals: [\"*\"]`, or require mTLS with a STRICT"
                              + " PeerAuthentication")
                      .shownBy(plaintext)));
    }
  }
}
