package dev.sluice.waypoint.jwt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Turns the payload of a verified token into the claims that conditions look at.
final class ClaimReader {

  private ClaimReader() {}

  /// All claims; the top-level claims named in `spaceDelimited` become lists.
  static Claims read(JsonNode payload, Set<String> spaceDelimited) {
    Map<String, ClaimValue> values = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : payload.properties()) {
      boolean split = field.getValue().isTextual() && spaceDelimited.contains(field.getKey());
      values.put(
          field.getKey(), split ? words(field.getValue().textValue()) : value(field.getValue()));
    }
    return new Claims(values);
  }

  /// A claim as header text (texts, integers and booleans); a dot descends into an object unless a
  /// claim has the dotted name itself.
  static Optional<String> headerText(JsonNode payload, String claim) {
    JsonNode node = payload.get(claim);
    if (node == null) {
      node = payload;
      for (String name : claim.split("\\.", -1)) {
        node = node.path(name);
      }
    }
    boolean simple = node.isTextual() || node.isIntegralNumber() || node.isBoolean();
    String text = simple ? node.asText() : "";
    return simple && isHeaderText(text) ? Optional.of(text) : Optional.empty();
  }

  private static boolean isHeaderText(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  private static ClaimValue value(JsonNode node) {
    if (node.isTextual()) {
      return new ClaimValue.Text(node.textValue());
    }
    if (node.isArray()) {
      List<String> texts = new ArrayList<>();
      node.forEach(element -> {
        if (element.isTextual()) {
          texts.add(element.textValue());
        }
      });
      return new ClaimValue.Texts(texts);
    }
    if (node.isObject()) {
      Map<String, ClaimValue> inner = new HashMap<>();
      node.properties().forEach(field -> inner.put(field.getKey(), value(field.getValue())));
      return new ClaimValue.Nested(inner);
    }
    return new ClaimValue.Other();
  }

  private static ClaimValue words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.split(" ", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return new ClaimValue.Texts(words);
  }
}
