package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.format.Annotation;
import dev.sluice.cli.format.Comment;
import dev.sluice.cli.format.Graph;
import dev.sluice.cli.format.TestCase;
import java.util.List;

/// What a command found out, in words for people and as data for programs.
///
/// A report that CI systems can show implements the other interfaces here too; each stands for one
/// more {@link Output.Format}.
public interface Report {

  /// Writes it for people.
  void writeTo(Page page);

  /// The same as data; its form is fixed by a JSON Schema.
  JsonNode toJson();

  /// A report of what static analysis found.
  interface Analysed extends Report {
    /// A SARIF 2.1.0 log.
    ObjectNode toSarif();
  }

  /// A report in which things pass or fail.
  interface Tested extends Report {
    /// What the cases are about, such as `sluice check`.
    String suite();

    /// The cases in the order of the report.
    List<TestCase> cases();
  }

  /// A report with remarks on places in files.
  interface Annotated extends Report {
    /// The remarks, the worst ones of a severity first.
    List<Annotation> annotations();
  }

  /// A report that can stand below a pull request.
  interface Commented extends Report {
    /// What the comment is marked with, so that the next run finds and replaces it.
    String mark();

    /// Writes the comment, the most important parts first.
    void writeTo(Comment comment);
  }

  /// A report that is a table.
  interface Tabular extends Report {
    /// The rows, the first being the titles of the columns.
    List<List<String>> rows();
  }

  /// A report that can be drawn.
  interface Drawn extends Report {
    /// The drawing.
    Graph graph();
  }
}
