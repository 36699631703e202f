package dev.sluice.verify.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.engine.bundle.Digest;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Bundles that must not be loaded: each is refused with its reason while the old one keeps
/// serving.
class RejectedBundlesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ONLY_WEB =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: ledger, namespace: pay}
      spec:
        selector: {matchLabels: {app: ledger}}
        rules:
        - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
      """;
  private static final String EVERYONE =
      ONLY_WEB.replace(
          "  - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]", "  - {}");

  @TempDir Path dir;

  @Test
  void bad_bundles_are_refused_by_every_proxy_with_the_old_one_serving() throws Exception {
    try (WholeMesh mesh = WholeMesh.start(dir, EVERYONE)) {
      Path first = mesh.bundles().directory().resolve("1");
      mesh.publish(ONLY_WEB);
      long sequence = mesh.sequence("n2");

      refused(mesh, Bundles.tampered(open(mesh)), "digest_mismatch");
      refused(mesh, stripped(open(mesh)), "bad_signature");
      refused(mesh, first, "rollback");
      refused(
          mesh,
          open(mesh, new Bundles.Terms("elsewhere", Instant.now(), Period.ofDays(30))),
          "wrong_audience");
      refused(
          mesh,
          open(
              mesh,
              new Bundles.Terms(
                  "cluster.local", Instant.now().minus(Duration.ofDays(60)), Period.ofDays(30))),
          "expired");

      assertThat(mesh.sequence("n2")).isEqualTo(sequence);
      fitsItsSchema(mesh);
      mesh.publish(EVERYONE);
      assertThat(mesh.ask(Pod.OTHER, Pod.LEDGER, "GET", "/", Map.of())).isEqualTo(200);
    }
  }

  /// `/config_dump` of every kind of proxy, with a bundle that serves and one that was refused.
  private static void fitsItsSchema(WholeMesh mesh) throws IOException {
    try (InputStream schema = Schemas.PROXY_STATUS.open()) {
      Schema status =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(schema, InputFormat.JSON);
      for (String proxy : mesh.inside()) {
        JsonNode dump = mesh.dump(proxy);
        assertThat(status.validate(dump)).as(proxy).isEmpty();
        assertThat(dump.path("bundle").path("sequence").isNumber()).as(proxy).isTrue();
        assertThat(dump.path("lastAttempt").path("reason").asText()).as(proxy).isNotEmpty();
        assertThat(dump.path("certificates")).as(proxy).isNotEmpty();
      }
    }
  }

  /// A valid bundle that would open the ledger to everyone.
  private static Path open(WholeMesh mesh) throws IOException {
    return open(mesh, Bundles.Terms.current());
  }

  private static Path open(WholeMesh mesh, Bundles.Terms terms) throws IOException {
    return mesh.bundles().build(EVERYONE, terms);
  }

  private static void refused(WholeMesh mesh, Path bundle, String reason) throws IOException {
    mesh.bundles().switchTo(bundle);
    mesh.awaitRefusal(reason);
    assertThat(mesh.ask(Pod.WEB, Pod.LEDGER, "GET", "/", Map.of())).as(reason).isEqualTo(200);
    assertThat(mesh.ask(Pod.OTHER, Pod.LEDGER, "GET", "/", Map.of())).as(reason).isZero();
    assertThat(mesh.get("n2", "readiness", "/healthz/ready")).as(reason).isEqualTo(200);
  }

  /// Takes the signatures out of the envelope and puts the layout's digests right again.
  private static Path stripped(Path bundle) throws IOException {
    for (Path blob : Bundles.blobs(bundle)) {
      byte[] bytes = Files.readAllBytes(blob);
      if (new String(bytes, StandardCharsets.UTF_8).contains("\"signatures\"")) {
        var envelope = (ObjectNode) JSON.readTree(bytes);
        envelope.putArray("signatures");
        replace(bundle, blob, JSON.writeValueAsBytes(envelope));
        return bundle;
      }
    }
    throw new AssertionError("no envelope in " + bundle);
  }

  private static void replace(Path bundle, Path blob, byte[] bytes) throws IOException {
    String from = blob.getFileName().toString();
    String to = hex(bytes);
    Files.delete(blob);
    Files.write(blob.resolveSibling(to), bytes);
    for (Path referring : Bundles.blobs(bundle)) {
      String text = Files.readString(referring, StandardCharsets.ISO_8859_1);
      if (text.startsWith("{") && text.contains(from)) {
        replace(bundle, referring, resized(text, from, to, bytes.length));
        return;
      }
    }
    Path index = bundle.resolve("index.json");
    Files.write(index, resized(Files.readString(index), from, to, bytes.length));
  }

  private static byte[] resized(String text, String from, String to, int size) throws IOException {
    JsonNode tree = JSON.readTree(text);
    for (JsonNode descriptor : tree.findParents("digest")) {
      if (descriptor.path("digest").asText().endsWith(from)) {
        ((ObjectNode) descriptor).put("digest", "sha256:" + to).put("size", size);
      }
    }
    return JSON.writeValueAsBytes(tree);
  }

  private static String hex(byte[] bytes) {
    return Digest.of(bytes).toString().substring("sha256:".length());
  }
}
