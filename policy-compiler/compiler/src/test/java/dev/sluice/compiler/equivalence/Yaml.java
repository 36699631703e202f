package dev.sluice.compiler.equivalence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator.Feature;
import dev.sluice.compiler.equivalence.Composite.Outcome;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.Peer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes worlds as the files a user would have, and attempts as the `PolicyTest` that shows them.
final class Yaml {

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          new YAMLFactory()
              .disable(Feature.WRITE_DOC_START_MARKER)
              .disable(Feature.SPLIT_LINES)
              .enable(Feature.MINIMIZE_QUOTES)
              .enable(Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS));

  private Yaml() {}

  /// The files by name: `sluice.yaml` and `world.yaml`.
  static Map<String, String> files(World world) {
    var files = new LinkedHashMap<String, String>();
    var settings = new LinkedHashMap<String, Object>();
    settings.put("apiVersion", "sluice.dev/v1");
    settings.put("kind", "MeshSettings");
    settings.put(
        "trustDomainAliases",
        world.settings().trustDomainAliases().stream().map(TrustDomain::name).toList());
    settings.put(
        "onMissingWaypoint",
        world.settings().onMissingWaypoint().name().toLowerCase(java.util.Locale.ROOT));
    files.put("sluice.yaml", text(settings));
    files.put("world.yaml", text(world.documents()));
    return files;
  }

  /// Everything that is needed to see a failure again.
  static String failure(World world, Attempt attempt, Outcome expected) {
    var text = new StringBuilder();
    files(world)
        .forEach((name, content) ->
            text.append("# ").append(name).append('\n').append(content).append('\n'));
    return text.append("# test.yaml\n").append(policyTest(attempt, expected)).toString();
  }

  static String text(List<Document> documents) {
    return String.join(
        "---\n", documents.stream().map(document -> text(Manifests.of(document))).toList());
  }

  static String policyTest(Attempt attempt, Outcome expected) {
    var one = new LinkedHashMap<String, Object>();
    one.put("name", "intent and composite differ");
    one.put("from", from(attempt));
    one.put("to", to(attempt.path()));
    attempt.http().ifPresent(http -> one.put("request", request(http)));
    one.put("expect", Map.of("decision", expected.name().toLowerCase(java.util.Locale.ROOT)));
    var document = new LinkedHashMap<String, Object>();
    document.put("apiVersion", "sluice.dev/v1");
    document.put("kind", "PolicyTest");
    document.put("metadata", Map.of("name", "difference"));
    document.put("spec", Map.of("cases", List.of(one)));
    return text(document);
  }

  private static Map<String, Object> from(Attempt attempt) {
    var from = new LinkedHashMap<String, Object>();
    switch (attempt.peer()) {
      case Peer.Anonymous() -> from.put("plaintext", true);
      case Peer.Identified(var id) -> from.put("principal", id.principal());
    }
    from.put("ip", attempt.source());
    return from;
  }

  private static Map<String, Object> to(Attempt.Path path) {
    var to = new LinkedHashMap<String, Object>();
    switch (path) {
      case Attempt.Path.Direct(var workload, int port) -> {
        to.put("workload", reference(workload.metadata()));
        to.put("port", port);
      }
      case Attempt.Path.ThroughWaypoint(var _, var service, var port, var _, int _) -> {
        to.put("service", reference(service.metadata()));
        to.put("port", port.port());
      }
    }
    return to;
  }

  private static String reference(Metadata metadata) {
    return metadata.namespace() + "/" + metadata.name();
  }

  private static Map<String, Object> request(Attempt.Http http) {
    var request = new LinkedHashMap<String, Object>();
    request.put("method", http.method());
    request.put("host", http.host());
    request.put("path", http.path());
    if (!http.headers().isEmpty()) {
      request.put("headers", new TreeMap<>(http.headers()));
    }
    switch (http.credential()) {
      case Credential.Absent() -> {}
      case Credential.Valid(var claims) -> request.put("jwt", values(claims.values()));
      case Credential.Invalid _ -> request.put("jwt", "invalid");
      case Credential.WrongAudience _ ->
          request.put("jwt", Map.of("iss", "https://idp", "aud", "other"));
    }
    return request;
  }

  /// `iss`, `sub` and `aud` stand beside the other claims.
  private static Map<String, Object> values(Map<String, ClaimValue> claims) {
    var top = new TreeMap<String, Object>();
    var rest = new TreeMap<String, Object>();
    claims.forEach((name, value) ->
        (List.of("iss", "sub").contains(name) ? top : rest).put(name, value(value)));
    top.put("claims", rest);
    return top;
  }

  private static Object value(ClaimValue value) {
    return switch (value) {
      case ClaimValue.Text(var text) -> text;
      case ClaimValue.Texts(var texts) -> texts;
      case ClaimValue.Nested(var values) -> {
        var nested = new TreeMap<String, Object>();
        values.forEach((name, inner) -> nested.put(name, value(inner)));
        yield nested;
      }
      case ClaimValue.Other _ -> "";
    };
  }

  private static String text(Map<String, Object> document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("writing plain values", impossible);
    }
  }
}
