package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.compiler.syntax.Selection.TargetKind;
import dev.sluice.compiler.syntax.Selection.TargetRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `selector`, `targetRef` and `targetRefs`, of which at most one may be present.
final class SelectionReader {

  private final MeshSettings settings;
  private final Problems problems;

  SelectionReader(MeshSettings settings, Problems problems) {
    this.settings = settings;
    this.problems = problems;
  }

  Selection read(Metadata metadata, MappingNode spec) {
    List<String> present = new ArrayList<>();
    for (String field : List.of("selector", "targetRef", "targetRefs")) {
      if (Fields.has(spec, field)) {
        present.add(field);
      }
    }
    if (present.size() > 1) {
      problems.report(
          Code.SELECTOR_AND_TARGET,
          Fields.keySpan(spec, present.get(1)),
          new Text(
              "`" + present.get(0) + "` and `" + present.get(1) + "` are both set",
              "a policy is attached either to workloads or to targets",
              "keep one of them; write two policies to cover both"));
      return new Selection.Everything();
    }
    if (present.isEmpty()) {
      return new Selection.Everything();
    }
    return switch (present.getFirst()) {
      case "selector" -> selector(spec);
      case "targetRef" -> single(metadata, spec);
      default -> several(metadata, spec);
    };
  }

  private Selection selector(MappingNode spec) {
    MappingNode selector = spec.mapping("selector");
    Map<String, Located<String>> labels =
        Fields.textsByKey(selector == null ? null : selector.mapping("matchLabels"));
    if (labels.isEmpty()) {
      problems.report(
          Code.EMPTY_SELECTOR,
          Fields.keySpan(spec, "selector"),
          new Text(
              "`selector` has no labels",
              "Istio's ztunnel attaches such a policy to nothing, its sidecars to everything",
              "remove `selector` to cover the whole namespace, or name labels under"
                  + " `matchLabels`"));
      return new Selection.Everything();
    }
    return new Selection.Selector(labels, Fields.keySpan(spec, "selector"));
  }

  private Selection single(Metadata metadata, MappingNode spec) {
    MappingNode ref = spec.mapping("targetRef");
    List<TargetRef> refs = new ArrayList<>();
    if (ref != null) {
      add(metadata, ref, refs);
    }
    return refs.isEmpty()
        ? new Selection.Everything()
        : new Selection.Targets(refs, Fields.keySpan(spec, "targetRef"));
  }

  private Selection several(Metadata metadata, MappingNode spec) {
    List<MappingNode> items = Fields.mappings(spec, "targetRefs");
    if (items.isEmpty()) {
      problems.report(
          Code.EMPTY_LIST,
          Fields.keySpan(spec, "targetRefs"),
          new Text(
              "`targetRefs` is empty",
              "Istio takes an empty list for none at all: the policy would cover the whole"
                  + " namespace",
              "name a target, or remove the field"));
      return new Selection.Everything();
    }
    List<TargetRef> refs = new ArrayList<>();
    items.forEach(item -> add(metadata, item, refs));
    return refs.isEmpty()
        ? new Selection.Everything()
        : new Selection.Targets(refs, Fields.keySpan(spec, "targetRefs"));
  }

  private void add(Metadata metadata, MappingNode ref, List<TargetRef> into) {
    Located<String> name = Fields.text(ref, "name");
    Located<String> kind = Fields.text(ref, "kind");
    String group = Fields.textOrEmpty(ref, "group");
    if (name == null || kind == null) {
      return;
    }
    if (!Fields.textOrEmpty(ref, "namespace").isEmpty()) {
      problems.report(
          Code.CROSS_NAMESPACE_TARGET,
          Fields.keySpan(ref, "namespace"),
          new Text(
              "a target in another namespace is not supported",
              "whoever writes a policy in one namespace could otherwise change another",
              "move the policy to the target's namespace and remove `namespace`"));
      return;
    }
    TargetKind target = kind(group, kind.value());
    if (target == null) {
      problems.report(
          Code.BAD_TARGET_KIND,
          kind.span(),
          new Text(
              "`" + kind.value() + "` of group `" + group + "` cannot be targeted",
              "no proxy attaches policies to it",
              "target Service (group \"\"), Gateway or GatewayClass (group"
                  + " gateway.networking.k8s.io)"));
    } else if (target != TargetKind.GATEWAY_CLASS || isOurClass(metadata, name, ref.span())) {
      into.add(new TargetRef(target, name, Fields.startOf(ref)));
    }
  }

  private static @Nullable TargetKind kind(String group, String kind) {
    return switch (group + "/" + kind) {
      case "/Service", "core/Service" -> TargetKind.SERVICE;
      case "networking.istio.io/ServiceEntry" -> TargetKind.SERVICE_ENTRY;
      case "gateway.networking.k8s.io/Gateway" -> TargetKind.GATEWAY;
      case "gateway.networking.k8s.io/GatewayClass" -> TargetKind.GATEWAY_CLASS;
      default -> null;
    };
  }

  private boolean isOurClass(Metadata metadata, Located<String> name, Span span) {
    if (!metadata.namespace().equals(settings.rootNamespace())) {
      problems.report(
          Code.BAD_TARGET_KIND,
          new Span(span.file(), span.line(), span.column(), span.line(), span.column() + 1),
          new Text(
              "a GatewayClass can be targeted from the root namespace `"
                  + settings.rootNamespace()
                  + "` only",
              "it concerns every waypoint of the mesh",
              "move the policy to `" + settings.rootNamespace() + "`"));
      return false;
    }
    if (!name.value().equals("istio-waypoint")) {
      problems.report(
          Code.CLASS_NOT_OURS,
          name.span(),
          new Text(
              "GatewayClass `" + name.value() + "` is not the class of waypoints",
              "Istio reports such a policy as bound and never applies it",
              "use `istio-waypoint`"));
      return false;
    }
    return true;
  }
}
