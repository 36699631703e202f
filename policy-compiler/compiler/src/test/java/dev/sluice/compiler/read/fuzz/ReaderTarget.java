package dev.sluice.compiler.read.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.Node;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.compiler.read.ReadTree;
import dev.sluice.compiler.read.ScalarCheck;
import dev.sluice.compiler.read.TreeReader;
import dev.sluice.compiler.read.fuzz.ClusterReader.Refused;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.source.Span;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What must hold for any bytes: the reader ends soon and without an exception, its findings lie in
/// the file, and what it accepts is what a cluster would be given.
public final class ReaderTarget {

  /// Enough for a mebibyte on a busy machine; a hang takes longer.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Whether the reader took a file, so that something was compared.
  enum Outcome {
    ACCEPTED,
    REFUSED
  }

  private ReaderTarget() {}

  /// Reads a file and holds the outcome against the other reader's; throws when they part.
  static Outcome check(byte[] bytes) {
    var findings = new Diagnostics();
    long start = System.nanoTime();
    ReadTree tree =
        TreeReader.read(new SourceTree(List.of(new SourceFile("fuzz.yaml", bytes))), findings);
    if (System.nanoTime() - start > PATIENCE.toNanos()) {
      throw new AssertionError("reading took longer than " + PATIENCE);
    }
    int lines =
        1 + (int) new String(bytes, UTF_8).chars().filter(c -> c == '\n' || c == '\r').count();
    for (Diagnostic finding : findings.sorted()) {
      checkPlace(finding.span(), lines);
    }
    if (findings.hasErrors()) {
      return Outcome.REFUSED;
    }
    compare(tree.documents(), bytes);
    return Outcome.ACCEPTED;
  }

  /// Throws unless a cluster given the file would hold these documents, also by kubectl's own
  /// reader where that was named.
  public static void compare(List<ReadDocument> documents, byte[] file) {
    compare(documents, new String(file, UTF_8));
    ClusterProgram.ifGiven()
        .flatMap(program -> program.read(file))
        .ifPresent(others -> compareAll(documents, others));
  }

  private static void checkPlace(Span span, int lines) {
    // the place after the last line belongs to the file
    boolean inside =
        span.line() >= 1
            && span.line() <= lines + 1
            && span.column() >= 1
            && span.endLine() >= span.line()
            && (span.endLine() > span.line() || span.endColumn() >= span.column());
    if (!inside) {
      throw new AssertionError("finding outside of the file: " + span);
    }
  }

  /// Throws unless a cluster given `text` would hold these documents.
  static void compare(List<ReadDocument> documents, String text) {
    try {
      compareAll(documents, ClusterReader.read(text));
    } catch (Refused e) {
      // what is no number, and the like, is refused here as soon as it is in a policy
      if (documents.stream().allMatch(document -> isPolicyLike(document.root()))) {
        throw new AssertionError("accepted here, refused there: " + e.getMessage(), e);
      }
    }
  }

  private static void compareAll(List<ReadDocument> documents, List<Object> others) {
    if (others.size() != documents.size()) {
      throw new AssertionError(documents.size() + " objects here, there " + others);
    }
    for (int i = 0; i < others.size(); i++) {
      Node root = documents.get(i).root();
      if (isPolicyLike(root) && !isSame(root, others.get(i))) {
        throw new AssertionError("read differently: " + root + " there is " + others.get(i));
      }
    }
  }

  /// Whether all scalars could be in a policy: only those have to be the same everywhere.
  private static boolean isPolicyLike(Node root) {
    return ScalarCheck.check(root, null, new Diagnostics());
  }

  private static boolean isSame(Node node, @Nullable Object other) {
    return switch (node) {
      case MappingNode mapping -> {
        boolean same = other instanceof Map<?, ?> there && there.size() == mapping.entries().size();
        for (Entry entry : mapping.entries()) {
          same =
              same
                  && other instanceof Map<?, ?> there
                  && there.containsKey(entry.key().text())
                  && isSame(entry.value(), there.get(entry.key().text()));
        }
        yield same;
      }
      case SequenceNode sequence -> {
        boolean same = other instanceof List<?> there && there.size() == sequence.items().size();
        for (int i = 0; same && i < sequence.items().size(); i++) {
          same = other instanceof List<?> there && isSame(sequence.items().get(i), there.get(i));
        }
        yield same;
      }
      case ScalarNode scalar ->
          switch (scalar.resolve()) {
            case TEXT -> scalar.text().equals(other);
            case NULL -> other == null;
            case BOOLEAN ->
                other instanceof Boolean there && there.toString().equals(scalar.text());
            case NUMBER ->
                other instanceof Number there
                    && new BigDecimal(scalar.text()).compareTo(new BigDecimal(there.toString()))
                        == 0;
          };
    };
  }
}
