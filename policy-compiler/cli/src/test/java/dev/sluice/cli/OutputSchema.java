package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Checks what the program prints against the schema it promises.
final class OutputSchema {
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private OutputSchema() {}

  static void assertFits(Schemas schema, JsonNode output) {
    try (InputStream stream = schema.open()) {
      assertThat(REGISTRY.getSchema(stream, InputFormat.JSON).validate(output)).isEmpty();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
