package dev.sluice.cli.cluster;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;

/// A kind of object that a capture reads, in the order in which captures list them.
///
/// `keeps` are the fields that stay besides name, namespace and labels; everything else is dropped
/// before it goes anywhere.
public enum CapturedKind {
  NAMESPACE("Namespace", "", Version.GA, "namespaces"),
  SERVICE_ACCOUNT("ServiceAccount", "", Version.GA, "serviceaccounts"),
  SERVICE(
      "Service",
      "",
      Version.GA,
      "services",
      "spec.selector",
      "spec.type",
      "spec.clusterIP",
      "spec.ports.name",
      "spec.ports.port",
      "spec.ports.targetPort",
      "spec.ports.protocol",
      "spec.ports.appProtocol"),
  DEPLOYMENT("Deployment", "apps", Version.GA, "deployments", Template.SPEC),
  STATEFUL_SET("StatefulSet", "apps", Version.GA, "statefulsets", Template.SPEC),
  DAEMON_SET("DaemonSet", "apps", Version.GA, "daemonsets", Template.SPEC),
  REPLICA_SET("ReplicaSet", "apps", Version.GA, "replicasets", Template.SPEC),
  JOB("Job", "batch", Version.GA, "jobs", Template.SPEC),
  CRON_JOB("CronJob", "batch", Version.GA, "cronjobs", Template.CRON),
  POD("Pod", "", Version.GA, "pods", Template.POD),
  GATEWAY_CLASS(
      "GatewayClass",
      Group.GATEWAY_API,
      Version.GA_OR_BETA,
      "gatewayclasses",
      "spec.controllerName"),
  GATEWAY(
      "Gateway",
      Group.GATEWAY_API,
      Version.GA_OR_BETA,
      "gateways",
      "spec.gatewayClassName",
      "spec.listeners.name",
      "spec.listeners.port",
      "spec.listeners.protocol",
      "spec.listeners.hostname",
      "spec.listeners.allowedRoutes"),
  REFERENCE_GRANT(
      "ReferenceGrant",
      Group.GATEWAY_API,
      Version.GA_OR_BETA,
      "referencegrants",
      "spec.from",
      "spec.to"),
  SERVICE_ENTRY(
      "ServiceEntry",
      Group.ISTIO,
      Version.GA_OR_BETA,
      "serviceentries",
      "spec.hosts",
      "spec.addresses",
      "spec.location",
      "spec.resolution",
      "spec.exportTo",
      "spec.ports.name",
      "spec.ports.number",
      "spec.ports.protocol",
      "spec.ports.targetPort",
      "spec.workloadSelector"),
  WORKLOAD_ENTRY(
      "WorkloadEntry",
      Group.ISTIO,
      Version.GA_OR_BETA,
      "workloadentries",
      "spec.address",
      "spec.labels",
      "spec.ports",
      "spec.serviceAccount");

  private final String kind;
  private final String group;
  private final String versions;
  private final String plural;
  private final String keeps;

  CapturedKind(String kind, String group, String versions, String plural, String... keeps) {
    this.kind = kind;
    this.group = group;
    this.versions = versions;
    this.plural = plural;
    this.keeps = String.join(" ", keeps);
  }

  /// The versions a kind may be served in, the preferred one first.
  private static final class Version {
    static final String GA = "v1";
    static final String GA_OR_BETA = "v1 v1beta1";
  }

  /// The API groups that are not part of Kubernetes itself.
  private static final class Group {
    static final String GATEWAY_API = "gateway.networking.k8s.io";
    static final String ISTIO = "networking.istio.io";
  }

  /// Where the pod template of each kind is.
  private static final class Template {
    static final String POD = "pod:";
    static final String SPEC = "pod:spec.template";
    static final String CRON = "pod:spec.jobTemplate.spec.template";
  }

  /// The kind as Kubernetes calls it.
  public String kind() {
    return kind;
  }

  /// The resource as RBAC names it, for example `pods` or `gateways.gateway.networking.k8s.io`.
  public String resource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  String group() {
    return group;
  }

  String plural() {
    return plural;
  }

  /// The versions that can be read, the preferred one first.
  List<String> versions() {
    return List.of(versions.split(" ", -1));
  }

  boolean isNamespaced() {
    return this != NAMESPACE && this != GATEWAY_CLASS;
  }

  Stripping stripping() {
    return Stripping.of(keeps.isEmpty() ? List.of() : List.of(keeps.split(" ", -1)));
  }

  ResourceDefinitionContext definition(String version) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(isNamespaced())
        .build();
  }
}
