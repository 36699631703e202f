package dev.sluice.runtime.yaml;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads one YAML or JSON document whose root is a mapping.
///
/// Unknown keys, duplicate keys, aliases and further documents are problems.
public final class YamlFile {

  /// Largest file that is read, in bytes.
  public static final int MAX_BYTES = 64 * 1024 * 1024;

  private YamlFile() {}

  /// What became of a file.
  public sealed interface Parsed<T> {
    /// A value without problems.
    record Value<T>(T value) implements Parsed<T> {}

    /// Nothing of the file is used; every problem has the form `file:line: field: message`.
    record Broken<T>(List<String> problems) implements Parsed<T> {
      public Broken {
        problems = List.copyOf(problems);
      }
    }
  }

  /// Reads a file by `reader`.
  public static <T> Parsed<T> load(Path file, Function<FieldReader, T> reader) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        return new Parsed.Broken<>(List.of(file + ": larger than " + MAX_BYTES + " bytes"));
      }
      return parse(Files.readAllBytes(file), file.toString(), reader);
    } catch (IOException unreadable) {
      return new Parsed.Broken<>(List.of(file + ": cannot be read: " + unreadable));
    }
  }

  /// Reads the content of a file by `reader`; `name` is what problems call the file.
  public static <T> Parsed<T> parse(byte[] content, String name, Function<FieldReader, T> reader) {
    var problems = new ArrayList<Problem>();
    Optional<T> value = read(content, reader, problems);
    return value.isPresent() && problems.isEmpty()
        ? new Parsed.Value<>(value.get())
        : new Parsed.Broken<>(problems.stream().map(problem -> problem.at(name)).toList());
  }

  private static <T> Optional<T> read(
      byte[] content, Function<FieldReader, T> reader, List<Problem> problems) {
    try {
      var root = new FieldReader(problems, "", YamlNode.read(content));
      T value = reader.apply(root);
      root.finish();
      return Optional.of(value);
    } catch (YamlNode.Refused refused) {
      problems.add(refused.problem());
    } catch (JacksonException malformed) {
      var location = malformed.getLocation();
      int line = location == null ? 1 : location.getLineNr();
      problems.add(new Problem(line, "", malformed.getOriginalMessage().replace('\n', ' ')));
    } catch (IOException unreadable) {
      problems.add(new Problem(1, "", "cannot be read: " + unreadable.getMessage()));
    }
    return Optional.empty();
  }
}
