package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.FindingDoc;
import dev.sluice.compiler.diagnostic.FindingDoc.Section;
import dev.sluice.compiler.diagnostic.Severity;

/// What `sluice why` prints: the documentation of one code.
public record WhyReport(FindingDoc doc) implements Report {
  private static final int WIDTH = 90;

  @Override
  public void writeTo(Page page) {
    Code code = doc.code();
    page.add(ink(code.severity()), title()).add(Ink.HEADING, " " + code.slug()).line();
    words(page, doc.what());
    heading(page, "Why");
    words(page, doc.why());
    heading(page, "Example");
    section(page, doc.example());
    heading(page, "Fix");
    section(page, doc.fix());
  }

  private static Ink ink(Severity severity) {
    return switch (severity) {
      case ERROR -> Ink.BAD;
      case WARNING -> Ink.CAREFUL;
      case NOTE -> Ink.FRAME;
    };
  }

  private String title() {
    return doc.code().severity().word() + "[" + doc.code().id() + "]";
  }

  private static void heading(Page page, String name) {
    page.line().add(Ink.HEADING, name).line();
  }

  private static void section(Page page, Section section) {
    if (!section.words().isEmpty()) {
      words(page, section.words());
    }
    section
        .blocks()
        .forEach(block -> {
          page.line();
          block.lines().forEach(line -> page.line("    " + line));
        });
  }

  /// Breaks lines between words.
  private static void words(Page page, String text) {
    int width = 0;
    for (String word : text.split(" ", -1)) {
      if (width > 0 && width + 1 + word.length() > WIDTH) {
        page.line();
        width = 0;
      }
      page.add(width > 0 ? " " + word : word);
      width += word.length() + 1;
    }
    page.line();
  }

  @Override
  public ObjectNode toJson() {
    Code code = doc.code();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("code", code.id())
            .put("name", code.slug())
            .put("severity", code.severity().word())
            .put("what", doc.what())
            .put("why", doc.why());
    section(json.putObject("example"), doc.example());
    section(json.putObject("fix"), doc.fix());
    return json.put("docs", code.docs());
  }

  private static void section(ObjectNode json, Section section) {
    json.put("words", section.words());
    var blocks = json.putArray("blocks");
    section
        .blocks()
        .forEach(block ->
            blocks
                .addObject()
                .put("language", block.language())
                .put("text", String.join("\n", block.lines()) + "\n"));
  }
}
