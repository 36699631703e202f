package dev.sluice.compiler.place;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.place.Placement.Reason;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PolicyDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Policies with `istio.io/dry-run`: placed like any other, so that what could never be enforced is
/// an error now, but without a guard and in the shadow section of the shards.
final class Trial {

  private Trial() {}

  /// The placement of a policy on trial, given where it would be enforced.
  static Placement of(Placement enforced, AuthorizationPolicySyntax policy, Diagnostics problems) {
    Span span = annotation(policy.metadata()).span();
    problems.report(
        Code.ON_TRIAL,
        span,
        policy.metadata().resource(),
        new Text(
            "this policy is on trial: what it would decide is counted, and nothing depends on it",
            "`" + AuthorizationPolicySyntax.DRY_RUN + "` keeps it out of every decision",
            "remove the annotation to enforce the policy"));
    var reasons = new ArrayList<Reason>();
    reasons.add(
        new Reason(
            "on trial by `" + AuthorizationPolicySyntax.DRY_RUN + "`: counted, never enforced",
            span));
    reasons.addAll(enforced.reasons());
    return new Placement(
        enforced.policy(),
        enforced.layer(),
        enforced.points(),
        Optional.empty(),
        List.of(),
        reasons,
        enforced.unenforced(),
        Optional.of(UpstreamDifference.OF_DRY_RUN));
  }

  /// Reports the annotation where it puts nothing on trial, so that nobody believes it does.
  static void reportWithoutEffect(PolicyDocument policy, Diagnostics problems) {
    Metadata metadata = policy.metadata();
    if (policy instanceof AuthorizationPolicySyntax
        || !metadata.annotations().containsKey(AuthorizationPolicySyntax.DRY_RUN)) {
      return;
    }
    problems.report(
        Code.DRY_RUN_WITHOUT_EFFECT,
        annotation(metadata).span(),
        metadata.resource(),
        new Text(
            "`"
                + AuthorizationPolicySyntax.DRY_RUN
                + "` has no effect on a "
                + metadata.kind()
                + ", which would be enforced",
            "only an AuthorizationPolicy can be put on trial",
            "remove the annotation to enforce the object, or keep it out of the tree"));
  }

  private static Located<String> annotation(Metadata metadata) {
    Located<String> found = metadata.annotations().get(AuthorizationPolicySyntax.DRY_RUN);
    return found == null ? new Located<>("", metadata.nameSpan()) : found;
  }
}
