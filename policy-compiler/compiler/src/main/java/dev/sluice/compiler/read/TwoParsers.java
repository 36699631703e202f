package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.FileParser.Parsed;
import dev.sluice.compiler.read.FileParser.ParsedFile;
import dev.sluice.compiler.read.ReadDocument.Soundness;
import dev.sluice.compiler.read.SecondReader.Difference;
import dev.sluice.compiler.source.Span;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// The careful way to read a file: two parsers of their own descent must see the same in it.
final class TwoParsers {

  private TwoParsers() {}

  /// The documents of a file; none of them is sound when the parsers disagree about any.
  static List<Parsed> read(String file, String text, Diagnostics findings) {
    int separators = LineCheck.countSeparators(file, text, findings);
    ParsedFile parsed = FileParser.parse(file, text, findings);
    Soundness soundness = Soundness.UNSOUND;
    if (separators >= 0) {
      // where the first parser found something, there is nothing to compare
      soundness =
          parsed.soundness() == Soundness.UNSOUND
              ? Soundness.SOUND
              : compare(file, text, parsed, separators, findings);
    }
    return soundness == Soundness.SOUND ? parsed.documents() : unsound(parsed.documents());
  }

  private static List<Parsed> unsound(List<Parsed> documents) {
    return documents.stream()
        .map(document -> new Parsed(document.root(), Soundness.UNSOUND))
        .toList();
  }

  /// Compares the parsers' views; a file on which they disagree taints all its documents.
  private static Soundness compare(
      String file, String text, ParsedFile parsed, int separators, Diagnostics findings) {
    Optional<Difference> difference;
    if (separators != parsed.separators()) {
      difference =
          Optional.of(
              new Difference(
                  Span.startOf(file),
                  parsed.separators() + " document separators",
                  separators + " lines that start with `---`"));
    } else {
      List<Node> roots =
          parsed.documents().stream().map(Parsed::root).filter(Objects::nonNull).toList();
      difference = SecondReader.compare(file, text, roots);
    }
    difference.ifPresent(
        d -> findings.report(disagreement(file, d), d.span(), null, words(file, d)));
    return difference.isEmpty() ? Soundness.SOUND : Soundness.UNSOUND;
  }

  /// Whether a name says that the content is JSON.
  static boolean isJson(String file) {
    return file.toLowerCase(Locale.ROOT).endsWith(".json");
  }

  private static Code disagreement(String file, Difference difference) {
    return isJson(file) && difference.second().startsWith("an error")
        ? Code.YAML_SYNTAX
        : Code.READERS_DISAGREE;
  }

  private static Text words(String file, Difference difference) {
    if (disagreement(file, difference) == Code.YAML_SYNTAX) {
      return new Text(
          "not valid JSON: " + difference.second().substring("an error: ".length()),
          "a `.json` file is read as JSON by some tools and as YAML by others",
          "correct the syntax, or name the file `.yaml`");
    }
    return new Text(
        "two readers differ: one sees `"
            + difference.first()
            + "`, the other `"
            + difference.second()
            + "`",
        "what is checked here might not be what Kubernetes applies",
        "write it in a plainer way, for example quoted");
  }
}
