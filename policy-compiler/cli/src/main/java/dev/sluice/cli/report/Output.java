package dev.sluice.cli.report;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Where a report goes and in which format; without a file it goes to standard output.
public record Output(Format format, Optional<Path> file) {

  /// The formats there are.
  public enum Format {
    TEXT,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Reads `FORMAT[=FILE]`.
  static final class Converter implements ITypeConverter<Output> {
    @Override
    public Output convert(String value) {
      int split = value.indexOf('=');
      String word = split < 0 ? value : value.substring(0, split);
      Format format =
          Arrays.stream(Format.values())
              .filter(known -> known.toString().equals(word))
              .findFirst()
              .orElseThrow(() ->
                  new TypeConversionException(
                      "no format `" + word + "`; there are `text` and `json`"));
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
