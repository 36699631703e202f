package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;

/// Reports actions that no proxy here carries out: what an author asks for with them would not
/// happen.
record UnsupportedActions(MeshSettings settings) {

  static void audit(Span action, Problems problems) {
    problems.report(
        Code.UNSUPPORTED_ACTION,
        action,
        new Text(
            "action AUDIT is not supported",
            "it asks for audit records and changes no decision; no proxy here writes such records,"
                + " and Istio's ztunnel drops the policy",
            "to count what the rules match without enforcing them, use DENY with the annotation"
                + " `istio.io/dry-run: \"true\"`"));
  }

  /// A CUSTOM action, by what is known of the provider it names.
  void custom(MappingNode spec, Span action, Problems problems) {
    MappingNode provider = spec.mapping("provider");
    Located<String> name = provider == null ? null : Fields.text(provider, "name");
    if (name == null || name.value().isEmpty()) {
      problems.report(
          Code.UNSUPPORTED_ACTION,
          action,
          new Text(
              "action CUSTOM names no provider, and is not supported with one either",
              without(spec),
              INSTEAD));
    } else if (settings.extensionProviders().contains(name.value())) {
      problems.report(
          Code.UNSUPPORTED_ACTION,
          action,
          new Text(
              "no waypoint here asks provider `" + name.value() + "`, so CUSTOM is not supported",
              without(spec),
              INSTEAD));
    } else {
      problems.report(
          Code.UNSUPPORTED_ACTION,
          name.span(),
          new Text(
              "provider `"
                  + name.value()
                  + "` is not among the mesh's `extensionProviders`, and no waypoint here asks one",
              "Istio denies every request that the rules of such a policy match",
              Words.nearest(name.value(), settings.extensionProviders())
                      .map(found -> "did you mean `" + found + "`? In either case ")
                      .orElse("")
                  + INSTEAD));
    }
  }

  private static final String INSTEAD =
      "say with ALLOW and DENY what can be said with identities, paths and the claims of validated"
          + " tokens, and leave the rest to the application";

  private static String without(MappingNode spec) {
    boolean targeted = Fields.has(spec, "targetRefs") || Fields.has(spec, "targetRef");
    return targeted
        ? "the requests that the rules match would pass without the authorizer's consent"
        : "the requests that the rules match would pass without the authorizer's consent, as they"
            + " do in Istio's ambient mode, where CUSTOM needs `targetRefs`";
  }
}
