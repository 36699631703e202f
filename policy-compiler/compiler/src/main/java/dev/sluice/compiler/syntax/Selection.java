package dev.sluice.compiler.syntax;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import java.util.List;
import java.util.Map;

/// What a policy attaches to.
public sealed interface Selection {

  /// Neither selector nor targetRefs: the namespace, or the mesh from the root namespace.
  record Everything() implements Selection {}

  /// `selector.matchLabels`, never empty.
  record Selector(Map<String, Located<String>> matchLabels, Span span) implements Selection {
    public Selector {
      matchLabels = Map.copyOf(matchLabels);
    }
  }

  /// `targetRefs` (or the legacy `targetRef`), never empty.
  record Targets(List<TargetRef> refs, Span span) implements Selection {
    public Targets {
      refs = List.copyOf(refs);
    }
  }

  /// One target in the policy's own namespace (GatewayClass: cluster-wide).
  record TargetRef(TargetKind kind, Located<String> name, Span span) {}

  /// What can be targeted.
  enum TargetKind {
    SERVICE("Service"),
    SERVICE_ENTRY("ServiceEntry"),
    GATEWAY("Gateway"),
    GATEWAY_CLASS("GatewayClass");

    private final String word;

    TargetKind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }
}
