package dev.sluice.engine.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// JSON with one reading: UTF-8 without byte order mark, no duplicate keys, nothing after the
/// document, bounded depth and lengths.
final class StrictJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Limits.JSON_DEPTH)
                          .maxStringLength(Limits.IMAGE_MANIFEST)
                          .maxNameLength(256)
                          .maxNumberLength(32)
                          .maxDocumentLength(Limits.IMAGE_MANIFEST)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private StrictJson() {}

  /// What came of reading a document.
  sealed interface Parsing {
    /// An object.
    record Document(ObjectNode root) implements Parsing {}

    /// Not one JSON object; the reason quotes nothing of the input.
    record Malformed(String reason) implements Parsing {}
  }

  /// Reads one JSON object; the caller has capped the size.
  static Parsing parse(byte[] bytes) {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
    } catch (CharacterCodingException notUtf8) {
      return new Parsing.Malformed("not UTF-8");
    }
    if (text.startsWith("\ufeff")) {
      return new Parsing.Malformed("starts with a byte order mark");
    }
    try {
      JsonNode node = MAPPER.readTree(text);
      return node instanceof ObjectNode root
          ? new Parsing.Document(root)
          : new Parsing.Malformed("not a JSON object");
    } catch (JsonProcessingException invalid) {
      JsonLocation at = invalid.getLocation();
      String place =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      return new Parsing.Malformed("not strict JSON" + place);
    }
  }

  /// A new object to be written with {@link #write}.
  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /// The one encoding: UTF-8, keys sorted at every level, no white space.
  static byte[] write(ObjectNode root) {
    try {
      Object plain = MAPPER.treeToValue(root, Object.class);
      return MAPPER.writeValueAsBytes(plain);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree of plain values", impossible);
    }
  }
}
