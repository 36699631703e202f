package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Action;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads an AuthorizationPolicy whose shape fits the schema.
final class AuthorizationPolicyReader {

  /// What Go's `strconv.ParseBool` takes for a boolean, as Istio does.
  private static final Set<String> BOOLEANS =
      Set.of("1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False");

  private final MeshSettings settings;
  private final Problems problems;

  AuthorizationPolicyReader(MeshSettings settings, Problems problems) {
    this.settings = settings;
    this.problems = problems;
  }

  AuthorizationPolicySyntax read(Metadata metadata, MappingNode root) {
    MappingNode found = root.mapping("spec");
    MappingNode spec = found == null ? new MappingNode(List.of(), metadata.nameSpan()) : found;
    checkDryRun(metadata);
    Selection selection = new SelectionReader(settings, problems).read(metadata, spec);
    Located<Action> action = action(metadata, spec);
    List<Rule> rules = rules(spec, action);
    var policy = new AuthorizationPolicySyntax(metadata, selection, action, rules);
    new RuleHints(settings, problems).check(policy);
    return policy;
  }

  private void checkDryRun(Metadata metadata) {
    Located<String> annotation = metadata.annotations().get(AuthorizationPolicySyntax.DRY_RUN);
    if (annotation != null && !BOOLEANS.contains(annotation.value())) {
      problems.report(
          Code.DRY_RUN,
          annotation.span(),
          new Text(
              "`" + annotation.value() + "` says neither true nor false",
              "Istio's proxies enforce a policy whose `istio.io/dry-run` they cannot read",
              "write `\"true\"` to put the policy on trial, or remove the annotation to enforce"
                  + " it"));
    }
  }

  private Located<Action> action(Metadata metadata, MappingNode spec) {
    Located<String> text = Fields.text(spec, "action");
    Span span = text == null ? metadata.nameSpan() : text.span();
    Action action = text == null ? Action.ALLOW : Action.valueOf(text.value());
    switch (action) {
      case ALLOW, DENY -> {
        if (Fields.has(spec, "provider")) {
          problems.report(
              Code.BAD_PROVIDER,
              Fields.keySpan(spec, "provider"),
              new Text(
                  "`provider` belongs to action CUSTOM only",
                  "the API server refuses it here",
                  "remove it"));
        }
      }
      case AUDIT -> UnsupportedActions.audit(span, problems);
      case CUSTOM -> new UnsupportedActions(settings).custom(spec, span, problems);
    }
    return new Located<>(action, span);
  }

  private List<Rule> rules(MappingNode spec, Located<Action> action) {
    List<MappingNode> nodes = Fields.mappings(spec, "rules");
    if (nodes.isEmpty() && action.value() == Action.DENY) {
      problems.report(
          Code.DENY_WITHOUT_RULES,
          action.span(),
          new Text(
              "a DENY policy without rules never matches",
              "it looks like a lock and is none",
              "add rules; `- {}` denies everything"));
    }
    if (nodes.isEmpty() && Fields.has(spec, "rules") && action.value() == Action.ALLOW) {
      problems.report(
          Code.EMPTY_LIST,
          Fields.keySpan(spec, "rules"),
          new Text(
              "`rules` is empty",
              "an ALLOW policy without rules denies everything, which an emptied template would"
                  + " too",
              "leave `rules` out if everything is to be denied, or write the rules"));
    }
    var reader = new RuleReader(problems);
    var rules = new ArrayList<Rule>();
    for (int i = 0; i < nodes.size(); i++) {
      rules.add(reader.read(i, nodes.get(i)));
    }
    return rules;
  }
}
