package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Leaves out what another captured object stands for: the ReplicaSets of a Deployment, the Jobs of
/// a CronJob, the Pods of any of them.
///
/// What belongs to an object that was not captured, of whatever kind, stays.
final class Ownership {

  private static final String OWNER = "owner";

  private Ownership() {}

  /// Notes the owner of an object until all kinds have been read.
  static void mark(ObjectNode object, ArrayNode owners) {
    for (JsonNode owner : owners) {
      if (owner.path("controller").asBoolean()) {
        object.put(OWNER, owner.path("kind").asText() + " " + owner.path("name").asText());
      }
    }
  }

  /// The objects that stand for themselves, without the notes.
  static Map<CapturedKind, List<ObjectNode>> withoutOwned(
      Map<CapturedKind, List<ObjectNode>> found) {
    Set<String> captured =
        found.values().stream()
            .flatMap(List::stream)
            .map(object -> namespace(object) + " " + name(object))
            .collect(Collectors.toSet());
    Map<CapturedKind, List<ObjectNode>> rest = new EnumMap<>(CapturedKind.class);
    found.forEach((kind, objects) -> {
      List<ObjectNode> kept = new ArrayList<>();
      for (ObjectNode object : objects) {
        JsonNode owner = object.remove(OWNER);
        if (owner == null || !captured.contains(namespace(object) + " " + owner.asText())) {
          kept.add(object);
        }
      }
      rest.put(kind, kept);
    });
    return rest;
  }

  private static String namespace(ObjectNode object) {
    return object.at("/metadata/namespace").asText();
  }

  private static String name(ObjectNode object) {
    return object.path("kind").asText() + " " + object.at("/metadata/name").asText();
  }
}
