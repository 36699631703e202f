package dev.sluice.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import dev.sluice.cli.cluster.Capture.Extent;
import java.util.ArrayList;
import java.util.List;

/// Writes a capture as YAML that the compiler reads: the same capture gives the same bytes.
///
/// Every text is quoted, so that no reader can take one for a number or a boolean. A capture that
/// is larger than one file may be is spread over several.
public final class SnapshotFiles {

  // below the limits for one input file, with room for what the next document adds
  private static final int MAX_BYTES = 960 * 1024;
  private static final int MAX_DOCUMENTS = 900;
  private static final String SEPARATOR = "---\n";

  private static final YAMLMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .stringQuotingChecker(new QuoteAll())
                  .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                  .disable(YAMLGenerator.Feature.SPLIT_LINES)
                  .build())
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();

  private SnapshotFiles() {}

  /// The contents of the files, the one that says what the capture is first.
  public static List<byte[]> of(Capture capture) {
    var files = new ArrayList<byte[]>();
    var text = new StringBuilder(comment(capture)).append(yaml(head(capture)));
    int documents = 1;
    int bytes = text.toString().getBytes(UTF_8).length;
    for (ObjectNode object : capture.objects()) {
      String document = yaml(object);
      int size = document.getBytes(UTF_8).length + SEPARATOR.length();
      if (bytes + size > MAX_BYTES || documents == MAX_DOCUMENTS) {
        files.add(text.toString().getBytes(UTF_8));
        text.setLength(0);
        bytes = 0;
        documents = 0;
      } else {
        text.append(SEPARATOR);
      }
      text.append(document);
      bytes += size;
      documents++;
    }
    files.add(text.toString().getBytes(UTF_8));
    return files;
  }

  private static String comment(Capture capture) {
    return """
    # The topology of a cluster as `sluice snapshot` saw it: names, labels, ports and service accounts.
    # %s of context %s. Pass it with `--mesh`; do not edit.
    """
        .formatted(
            capture.namespaces().isEmpty()
                ? "All namespaces"
                : "Namespaces " + String.join(", ", capture.namespaces()),
            capture.context().replaceAll("[^\\p{Graph}]", "?"));
  }

  /// What a capture says about itself; also the data of the report.
  public static ObjectNode head(Capture capture) {
    ObjectNode head = JsonNodeFactory.instance.objectNode();
    head.put("apiVersion", "sluice.dev/v1").put("kind", "Snapshot");
    head.putObject("metadata").put("name", capture.context());
    ObjectNode spec = head.putObject("spec");
    spec.put("capturedAt", capture.at().toString()).put("context", capture.context());
    if (!capture.namespaces().isEmpty()) {
      ArrayNode namespaces = spec.putArray("namespaces");
      capture.namespaces().forEach(namespaces::add);
    }
    ArrayNode kinds = spec.putArray("kinds");
    capture
        .extents()
        .forEach((kind, extent) -> {
          ObjectNode entry = kinds.addObject().put("kind", kind.kind());
          switch (extent) {
            case Extent.Complete(var count) -> entry.put("count", count);
            case Extent.Unknown(var reason) -> entry.put("unknown", reason);
          }
        });
    return head;
  }

  private static String yaml(ObjectNode object) {
    try {
      return YAML.writeValueAsString(object);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a JSON tree cannot be written as YAML", impossible);
    }
  }

  /// Quotes every value, and every key that is not plainly a word.
  private static final class QuoteAll extends StringQuotingChecker {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean needToQuoteName(String name) {
      return isReservedKeyword(name)
          || !name.chars().allMatch(QuoteAll::isPlain)
          || isNumeric(name);
    }

    @Override
    public boolean needToQuoteValue(String value) {
      return true;
    }

    private static boolean isPlain(int c) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || c == '.'
          || c == '/'
          || c == '-'
          || c == '_';
    }

    private static boolean isNumeric(String name) {
      return name.isEmpty() || !Character.isLetter(name.charAt(0));
    }
  }
}
