package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Every field that a kind has is compiled or refused; none is accepted and ignored.
///
/// For each leaf of the JSON Schemas, a spec with it is compiled beside the same spec without it:
/// either an error comes up, or the bundle differs. `src/test/fields/outcomes.txt` says which;
/// `-Dgolden.update=true` rewrites it.
class FieldsTest {

  private static final Path FOLDER =
      Path.of(
          System.getProperty("sluice.root", "../.."), "policy-compiler/compiler/src/test/fields");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Schemas> KINDS =
      new TreeMap<>(
          Map.of(
              "AuthorizationPolicy", Schemas.AUTHORIZATION_POLICY,
              "PeerAuthentication", Schemas.PEER_AUTHENTICATION,
              "RequestAuthentication", Schemas.REQUEST_AUTHENTICATION,
              "HTTPRoute", Schemas.HTTP_ROUTE));

  /// What is for people to refer to and says nothing to a proxy.
  private static final List<String> LABELS = List.of("HTTPRoute spec.rules[].name: ignored");

  private final JsonNode samples;

  FieldsTest() throws IOException {
    samples = new YAMLMapper().readTree(FOLDER.resolve("samples.yaml").toFile());
  }

  @Test
  void every_field_of_every_kind_is_compiled_or_refused() throws IOException {
    var outcomes = new StringBuilder();
    for (String kind : KINDS.keySet()) {
      for (var leaf : samples.path(kind).path("leaves").properties()) {
        String outcome = outcome(kind, leaf.getKey(), leaf.getValue());
        outcomes.append(kind + " " + leaf.getKey() + ": " + outcome + "\n");
      }
    }

    Path expected = FOLDER.resolve("outcomes.txt");
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(expected, outcomes);
    }
    assertThat(outcomes.toString().lines().filter(line -> line.endsWith(": ignored")))
        .containsExactlyElementsOf(LABELS);
    assertThat(outcomes).hasToString(Files.readString(expected));
  }

  @Test
  void there_is_a_sample_for_every_field() throws IOException {
    for (var kind : KINDS.entrySet()) {
      var sampled = new TreeSet<String>();
      samples.path(kind.getKey()).path("leaves").fieldNames().forEachRemaining(sampled::add);
      assertThat(sampled).as(kind.getKey()).isEqualTo(leaves(kind.getValue()));
    }
  }

  private String outcome(String kind, String path, JsonNode value) throws IOException {
    ObjectNode without = frame(kind, path);
    ObjectNode with = without.deepCopy();
    put(with, path.substring("spec.".length()), value);
    Compilation before = compile(kind, without);
    Compilation after = compile(kind, with);

    List<String> old = errors(before);
    List<String> fresh = errors(after).stream().filter(code -> !old.contains(code)).toList();
    if (!fresh.isEmpty()) {
      return "refused " + String.join(" ", new TreeSet<>(fresh));
    }
    if (!old.isEmpty()) {
      return errors(after).isEmpty() ? "compiled" : "refused " + String.join(" ", old);
    }
    return before.shards().equals(after.shards()) ? "ignored" : "compiled";
  }

  private static List<String> errors(Compilation compilation) {
    return compilation.findings().stream()
        .filter(finding -> finding.severity() == Severity.ERROR)
        .map((Diagnostic finding) -> finding.code().id())
        .distinct()
        .toList();
  }

  private ObjectNode frame(String kind, String path) {
    String key = "";
    JsonNode best = JSON.createObjectNode();
    for (var frame : samples.path(kind).path("frames").properties()) {
      if (isWithin(frame.getKey(), path) && frame.getKey().length() > key.length()) {
        key = frame.getKey();
        best = frame.getValue();
      }
    }
    return best.deepCopy();
  }

  private static boolean isWithin(String frame, String path) {
    return path.startsWith(frame)
        && (path.length() == frame.length() || ".[{".indexOf(path.charAt(frame.length())) >= 0);
  }

  /// Sets the leaf, going through the first element of every list.
  private static void put(ObjectNode object, String path, JsonNode value) {
    String name = path.split("[.\\[{]", 2)[0];
    String rest = path.substring(name.length());
    if (rest.isEmpty() || rest.equals("{}")) {
      object.set(name, value);
    } else if (rest.equals("[]")) {
      object.set(name, JSON.createArrayNode().add(value));
    } else if (rest.startsWith("[].")) {
      ArrayNode list = object.withArray("/" + name);
      put(list.isEmpty() ? list.addObject() : (ObjectNode) list.get(0), rest.substring(3), value);
    } else if (rest.startsWith("{}.")) {
      ObjectNode map = (ObjectNode) object.get(name);
      put((ObjectNode) map.elements().next(), rest.substring(3), value);
    } else {
      put(object.withObject("/" + name), rest.substring(1), value);
    }
  }

  private static Compilation compile(String kind, ObjectNode spec) throws IOException {
    String group = kind.equals("HTTPRoute") ? "gateway.networking.k8s.io" : "security.istio.io";
    ObjectNode policy = JSON.createObjectNode();
    policy.put("apiVersion", group + "/v1").put("kind", kind);
    policy.putObject("metadata").put("name", "it").put("namespace", "shop");
    policy.set("spec", spec);
    String text =
        JSON.writerWithDefaultPrettyPrinter()
            .writeValueAsString(policy)
            .replace("\"OTHER_KEYS\"", keys("other"))
            .replace("\"KEYS\"", keys("one"));
    var tree =
        new SourceTree(
            List.of(
                new SourceFile("mesh.yaml", Files.readAllBytes(FOLDER.resolve("mesh.yaml"))),
                new SourceFile("policy.yaml", text.getBytes(StandardCharsets.UTF_8))));
    return Compiler.compile(tree, MeshSettings.defaults());
  }

  /// A set with the public key of RFC 7517, appendix A.1, under an id.
  private static String keys(String id) {
    ObjectNode set = JSON.createObjectNode();
    set.putArray("keys")
        .addObject()
        .put("kty", "EC")
        .put("crv", "P-256")
        .put("kid", id)
        .put("x", "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4")
        .put("y", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");
    return TextNode.valueOf(set.toString()).toString();
  }

  private static Set<String> leaves(Schemas schema) throws IOException {
    try (InputStream stream = schema.open()) {
      JsonNode root = JSON.readTree(stream);
      var found = new TreeSet<String>();
      collect(root, root.path("properties").path("spec"), "spec", found);
      return found;
    }
  }

  private static void collect(JsonNode root, JsonNode schema, String path, Set<String> found) {
    if (schema.has("$ref")) {
      collect(root, root.at(schema.get("$ref").asText().substring(1)), path, found);
    } else if (schema.has("properties")) {
      for (var property : schema.get("properties").properties()) {
        collect(root, property.getValue(), path + "." + property.getKey(), found);
      }
    } else if (schema.has("items")) {
      collect(root, schema.get("items"), path + "[]", found);
    } else if (schema.path("additionalProperties").isObject()) {
      collect(root, schema.get("additionalProperties"), path + "{}", found);
    } else {
      found.add(path);
    }
  }
}
