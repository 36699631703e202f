package dev.sluice.compiler.syntax;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import java.util.List;

/// A RequestAuthentication as written. Fields that no proxy here evaluates (`jwksUri`, `presence`,
/// …) are refused by validation, so a rule is already in the engine's form.
public record RequestAuthenticationSyntax(
    Metadata metadata, Selection selection, List<Located<JwtRule>> rules)
    implements PolicyDocument {

  public RequestAuthenticationSyntax {
    rules = List.copyOf(rules);
  }

  /// Where rule `index` stands.
  public Span ruleSpan(int index) {
    return rules.get(index).span();
  }
}
