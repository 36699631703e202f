package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Witness;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An ALLOW rule that DENY rules eat, with a witness as soon as one is asked for.
///
/// Confined to the thread that compiles.
final class Overruled {

  private final ReviewedRule rule;
  private final Text text;
  private @Nullable Diagnostic shown;

  Overruled(ReviewedRule rule, Text text) {
    this.rule = rule;
    this.text = text;
  }

  ReviewedRule rule() {
    return rule;
  }

  /// The finding with a request that is refused, where one can be written down.
  Diagnostic shown(Witnesses witnesses) {
    if (shown == null) {
      Optional<Witness> refused = witnesses.refused(rule);
      shown = refused.map(text::shownBy).map(this::finding).orElseGet(this::plain);
    }
    return shown;
  }

  /// The finding alone.
  Diagnostic plain() {
    return finding(text);
  }

  private Diagnostic finding(Text words) {
    return Diagnostic.of(
        Code.ALLOW_OVERRULED, rule.rule().span(), rule.metadata().resource(), words);
  }
}
