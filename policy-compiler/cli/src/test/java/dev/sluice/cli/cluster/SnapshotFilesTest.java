package dev.sluice.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.cli.cluster.Capture.Extent;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SnapshotFilesTest {

  private static Capture capture(int services) {
    List<ObjectNode> objects =
        IntStream.range(0, services).mapToObj(SnapshotFilesTest::service).toList();
    return new Capture(
        "lab",
        Instant.parse("2026-03-01T12:00:00Z"),
        new TreeSet<>(List.of("shop")),
        Map.of(
            CapturedKind.SERVICE,
            new Extent.Complete(services),
            CapturedKind.POD,
            new Extent.Unknown("forbidden")),
        objects);
  }

  private static ObjectNode service(int index) {
    ObjectNode object = new JsonMapper().createObjectNode();
    object.put("apiVersion", "v1").put("kind", "Service");
    object.putObject("metadata").put("name", "s" + index).put("namespace", "shop");
    ObjectNode selector = object.putObject("spec").putObject("selector");
    selector.put("on", "no").put("12", "0755").put("null", "~").put("a-b/c", "1e3").put("y", "");
    return object;
  }

  @Test
  void every_text_stays_a_text_for_the_strict_reader() {
    Compilation compilation = compile(SnapshotFiles.of(capture(3)));

    assertThat(compilation.findings())
        .extracting(finding -> finding.code().id())
        .containsExactly("SLU2017");
    assertThat(compilation.summary().topology()).isEqualTo(4);
  }

  @Test
  void a_large_capture_is_spread_over_files_that_the_compiler_takes() {
    List<byte[]> files = SnapshotFiles.of(capture(5_000));

    assertThat(files).hasSizeGreaterThan(1).allMatch(file -> file.length < 1 << 20);
    assertThat(compile(files).summary().topology()).isEqualTo(5_001);
    assertThat(compile(files).hasErrors()).isFalse();
  }

  @Test
  void what_a_capture_says_about_itself_fits_its_schema() throws IOException {
    String head = new String(SnapshotFiles.of(capture(1)).getFirst(), UTF_8).split("---\n", -1)[0];
    var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    try (InputStream schema = Schemas.SNAPSHOT.open()) {
      assertThat(
              registry
                  .getSchema(schema, InputFormat.JSON)
                  .validate(new YAMLMapper().readTree(head)))
          .isEmpty();
    }
  }

  private static Compilation compile(List<byte[]> contents) {
    var files = new ArrayList<SourceFile>();
    for (byte[] content : contents) {
      files.add(new SourceFile("snapshot-" + files.size() + ".yaml", content));
    }
    return Compiler.compile(new SourceTree(files), MeshSettings.defaults());
  }
}
