package dev.sluice.compiler.link;

import dev.sluice.compiler.link.LinkedWorkload.Enrolment;
import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.syntax.TopologyDocument.Network;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Says what enforces policy for a workload, by the labels that Istio's injector and CNI read.
///
/// A sidecar wins over ambient capture, the pod's own label over its Namespace's. Source: istio
/// pkg/kube/inject/inject.go, cni/pkg/util/enablement_selector.go, August 2026.
final class EnrolmentRules {

  private static final String MODE = "istio.io/dataplane-mode";
  private static final String REVISION = "istio.io/rev";
  private static final String NAMESPACE_INJECTION = "istio-injection";
  private static final String INJECT = "sidecar.istio.io/inject";
  private static final String INJECTED = "sidecar.istio.io/status";
  private static final String TEMPLATES = "inject.istio.io/templates";
  private static final String BYPASS = "ambient.istio.io/bypass-inbound-capture";
  private static final String MANAGED_GATEWAY = "gateway.istio.io/managed";
  private static final String PROXY = "istio-proxy";

  /// The namespace that the CNI plugin leaves alone by default.
  static final String EXCLUDED_NAMESPACE = "kube-system";

  private final Workload workload;
  private final Map<String, String> namespaceLabels;

  private EnrolmentRules(Workload workload, Map<String, String> namespaceLabels) {
    this.workload = workload;
    this.namespaceLabels = namespaceLabels;
  }

  /// The enrolment of a workload; without its Namespace's labels it is taken to be captured unless
  /// its own labels say otherwise.
  static Enrolment of(Workload workload, Optional<Map<String, String>> namespaceLabels) {
    var rules = new EnrolmentRules(workload, namespaceLabels.orElse(Map.of()));
    return rules
        .gateway()
        .or(rules::sidecar)
        .or(rules::uncapturable)
        .or(rules::ownLabel)
        .orElseGet(() ->
            namespaceLabels.isPresent()
                ? rules.inherited()
                : new Enrolment(
                    Membership.AMBIENT,
                    "its Namespace is not in the topology, so it is taken to be labelled `"
                        + MODE
                        + ": ambient`"));
  }

  private Optional<Enrolment> gateway() {
    boolean managed = workload.podLabels().containsKey(MANAGED_GATEWAY);
    boolean injected = annotation(TEMPLATES).equals("gateway");
    boolean alone = workload.containers().equals(Set.of(PROXY));
    return managed || injected || alone ? outside("it is a gateway") : Optional.empty();
  }

  private Optional<Enrolment> sidecar() {
    if (workload.containers().contains(PROXY) || !annotation(INJECTED).isEmpty()) {
      return sidecar("its pods have a container `" + PROXY + "`");
    }
    String own = label(INJECT).isEmpty() ? annotation(INJECT) : label(INJECT);
    String namespace = namespaceLabels.getOrDefault(NAMESPACE_INJECTION, "");
    boolean refused = own.equals("false") || namespace.equals("disabled");
    if (refused || workload.network() == Network.HOST) {
      return Optional.empty();
    }
    if (namespace.equals("enabled")) {
      return sidecar("its Namespace is labelled `" + NAMESPACE_INJECTION + ": enabled`");
    }
    String revision = namespaceLabels.getOrDefault(REVISION, "");
    if (!revision.isEmpty()) {
      return sidecar("its Namespace is labelled `" + REVISION + ": " + revision + "`");
    }
    // without a label on the Namespace the injector is asked for labelled pods only
    if (label(INJECT).equals("true")) {
      return sidecar("it is labelled `" + INJECT + ": true`");
    }
    return label(REVISION).isEmpty()
        ? Optional.empty()
        : sidecar("it is labelled `" + REVISION + ": " + label(REVISION) + "`");
  }

  private Optional<Enrolment> uncapturable() {
    if (workload.network() == Network.HOST) {
      return outside("it uses the network of its node (`hostNetwork`)");
    }
    if (workload.metadata().namespace().equals(EXCLUDED_NAMESPACE)) {
      return outside("nothing in namespace `" + EXCLUDED_NAMESPACE + "` is captured");
    }
    return annotation(BYPASS).equals("true")
        ? outside("its inbound traffic bypasses ztunnel (`" + BYPASS + "`)")
        : Optional.empty();
  }

  private Optional<Enrolment> ownLabel() {
    return switch (label(MODE)) {
      case "none" -> outside("it is labelled `" + MODE + ": none`");
      case "ambient" ->
          Optional.of(new Enrolment(Membership.AMBIENT, "it is labelled `" + MODE + ": ambient`"));
      default -> Optional.empty();
    };
  }

  private Enrolment inherited() {
    boolean ambient = namespaceLabels.getOrDefault(MODE, "").equals("ambient");
    return new Enrolment(
        ambient ? Membership.AMBIENT : Membership.OUTSIDE,
        "its Namespace is " + (ambient ? "" : "not ") + "labelled `" + MODE + ": ambient`");
  }

  private String label(String key) {
    return workload.podLabels().getOrDefault(key, "");
  }

  private String annotation(String key) {
    return workload.podAnnotations().getOrDefault(key, "");
  }

  private static Optional<Enrolment> sidecar(String because) {
    return Optional.of(new Enrolment(Membership.SIDECAR, because));
  }

  private static Optional<Enrolment> outside(String because) {
    return Optional.of(new Enrolment(Membership.OUTSIDE, because));
  }
}
