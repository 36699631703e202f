package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Keeps of an object what placement needs, by a list of what to keep: whatever is not named, such
/// as environment variables, volumes and status, never gets into a capture.
record Stripping(Field root) {

  /// The only annotations that say something about placement or about who must reach a pod.
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "ambient.istio.io/bypass-inbound-capture",
          "ambient.istio.io/redirection",
          "gateway.istio.io/service-account",
          "inject.istio.io/templates",
          "istio.io/use-waypoint-canary-weight",
          "prometheus.io/path",
          "prometheus.io/port",
          "prometheus.io/scheme",
          "prometheus.io/scrape",
          "sidecar.istio.io/inject");

  /// Only its presence says something; its value lists volumes and containers.
  private static final String INJECTED = "sidecar.istio.io/status";

  private static final List<String> POD_SPEC =
      List.of(
          "serviceAccountName",
          "hostNetwork",
          "initContainers.name",
          "containers.name",
          "containers.ports.name",
          "containers.ports.containerPort",
          "containers.ports.protocol",
          "containers.livenessProbe.httpGet.path",
          "containers.livenessProbe.httpGet.port",
          "containers.readinessProbe.httpGet.path",
          "containers.readinessProbe.httpGet.port",
          "containers.startupProbe.httpGet.path",
          "containers.startupProbe.httpGet.port");

  private static final String POD = "pod:";

  /// What to keep of a value: all of it when there are no fields, else those.
  private record Field(Map<String, Field> fields) {
    Field() {
      this(new TreeMap<>());
    }

    void add(String path) {
      Field at = this;
      for (String name : path.split("\\.", -1)) {
        at = at.fields.computeIfAbsent(name, _ -> new Field());
      }
    }
  }

  /// Keeps these paths; lists are looked through. `pod:PATH` stands for a pod (template) at PATH.
  static Stripping of(List<String> paths) {
    var root = new Field();
    for (String path : paths) {
      if (path.startsWith(POD)) {
        String template = path.substring(POD.length());
        String prefix = template.isEmpty() ? "" : template + ".";
        if (!prefix.isEmpty()) {
          root.add(prefix + "metadata.labels");
          root.add(prefix + "metadata.annotations");
        }
        POD_SPEC.forEach(field -> root.add(prefix + "spec." + field));
      } else {
        root.add(path);
      }
    }
    root.add("metadata.name");
    root.add("metadata.namespace");
    root.add("metadata.labels");
    root.add("metadata.annotations");
    return new Stripping(root);
  }

  /// What stays of an object.
  ObjectNode strip(JsonNode object) {
    JsonNode kept = keep(object, root);
    return kept instanceof ObjectNode fields ? fields : JsonNodeFactory.instance.objectNode();
  }

  private static JsonNode keep(JsonNode value, Field field) {
    if (field.fields().isEmpty()) {
      return value.deepCopy();
    }
    if (value instanceof ArrayNode list) {
      ArrayNode kept = JsonNodeFactory.instance.arrayNode();
      list.forEach(item -> kept.add(keep(item, field)));
      return kept;
    }
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    field
        .fields()
        .forEach((name, inner) -> {
          JsonNode found = value.path(name);
          JsonNode stays = name.equals("annotations") ? annotations(found) : keep(found, inner);
          if (!found.isMissingNode() && !found.isNull() && !isEmpty(stays)) {
            kept.set(name, stays);
          }
        });
    return kept;
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isContainerNode() && value.isEmpty();
  }

  private static JsonNode annotations(JsonNode all) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    all.properties()
        .forEach(entry -> {
          if (ANNOTATIONS.contains(entry.getKey())) {
            kept.set(entry.getKey(), entry.getValue());
          } else if (entry.getKey().equals(INJECTED)) {
            kept.put(INJECTED, "{}");
          }
        });
    return kept;
  }
}
