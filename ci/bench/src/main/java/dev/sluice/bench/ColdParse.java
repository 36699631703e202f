package dev.sluice.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The floor that [ColdCheck] is held against: reads every file below a path and parses it into
/// Jackson trees, without any check. Argument: the path; prints the number of documents.
public final class ColdParse {

  private ColdParse() {}

  public static void main(String[] arguments) throws IOException {
    var yaml = new YAMLMapper();
    List<Path> files;
    try (Stream<Path> paths = Files.walk(Path.of(arguments[0]))) {
      files = paths.filter(Files::isRegularFile).toList();
    }
    int documents = 0;
    for (Path file : files) {
      try (MappingIterator<JsonNode> parsed =
          yaml.readerFor(JsonNode.class).readValues(Files.readAllBytes(file))) {
        documents += parsed.readAll().size();
      }
    }
    System.out.println(documents);
  }
}
