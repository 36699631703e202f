package dev.sluice.cli.report;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Where a report goes and in which format; without a file it goes to standard output.
public record Output(Format format, Optional<Path> file) {

  /// The formats there are, each with the kind of report that has it.
  public enum Format {
    TEXT(Report.class),
    JSON(Report.class),
    SARIF(Report.Analysed.class),
    JUNIT(Report.Tested.class),
    GITHUB(Report.Annotated.class),
    MARKDOWN(Report.Commented.class),
    CSV(Report.Tabular.class),
    DOT(Report.Drawn.class);

    private final Class<? extends Report> kind;

    Format(Class<? extends Report> kind) {
      this.kind = kind;
    }

    /// Those that reports of a type have.
    static List<Format> of(Class<? extends Report> type) {
      return Arrays.stream(values()).filter(format -> format.kind.isAssignableFrom(type)).toList();
    }

    /// The formats in words, for example "`text` and `json`".
    static String list(List<Format> formats) {
      List<String> words = formats.stream().map(format -> "`" + format + "`").toList();
      return String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The words for shells to complete.
  static final class Words implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Format.values()).map(Format::toString).iterator();
    }
  }

  /// Reads `FORMAT[=FILE]`.
  static final class Converter implements ITypeConverter<Output> {
    @Override
    public Output convert(String value) {
      int split = value.indexOf('=');
      String word = split < 0 ? value : value.substring(0, split);
      List<Format> all = List.of(Format.values());
      Format format =
          all.stream()
              .filter(known -> known.toString().equals(word))
              .findFirst()
              .orElseThrow(() ->
                  new TypeConversionException(
                      "no format `" + word + "`; there are " + Format.list(all)));
      if (split < 0) {
        return new Output(format, Optional.empty());
      }
      if (split == value.length() - 1) {
        throw new TypeConversionException("no file name after `" + value + "`");
      }
      return new Output(format, Optional.of(Path.of(value.substring(split + 1))));
    }
  }
}
