package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.diagnostic.Suppression;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.source.Span;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Findings in the order they are reported, each with its fingerprint and the lines it is about.
public final class Findings {
  private final Map<Diagnostic, String> fingerprints = new LinkedHashMap<>();
  private final Excerpts excerpts;

  private Findings(Excerpts excerpts) {
    this.excerpts = excerpts;
  }

  /// The findings of a compilation; `tree` is what was compiled.
  public static Findings of(List<Diagnostic> found, SourceTree tree) {
    Findings findings = new Findings(new Excerpts(tree.files()));
    Map<String, Integer> repeats = new HashMap<>();
    for (Diagnostic finding : found) {
      String print = Fingerprint.of(finding, findings.excerpts.textAt(finding.span()));
      int repeat = repeats.merge(print, 1, Integer::sum);
      findings.fingerprints.put(finding, repeat == 1 ? print : print + ":" + repeat);
    }
    return findings;
  }

  /// All of them.
  public List<Diagnostic> all() {
    return List.copyOf(fingerprints.keySet());
  }

  /// The fingerprint of one of them.
  public String fingerprint(Diagnostic finding) {
    return Objects.requireNonNull(fingerprints.get(finding), "not one of these findings");
  }

  /// The lines that show the place of a finding, without colour.
  List<String> excerpt(Diagnostic finding) {
    var page = new Page(Colour.OFF);
    excerpts.write(page, finding.span(), Ink.FRAME);
    return page.toString().lines().toList();
  }

  /// How many count, being of that severity and not suppressed.
  public long count(Severity severity) {
    return all().stream()
        .filter(finding -> finding.severity() == severity && finding.suppressed() == null)
        .count();
  }

  /// How many were suppressed by their authors.
  public long suppressed() {
    return all().stream().filter(finding -> finding.suppressed() != null).count();
  }

  /// Adds some of the findings with their lines of source, an empty line after each.
  public void writeTo(Page page, List<Diagnostic> some) {
    some.forEach(finding -> write(page, finding));
  }

  private void write(Page page, Diagnostic finding) {
    Span span = finding.span();
    Ink ink = ink(finding);
    page.add(ink, finding.severity().word() + "[" + finding.code().id() + "]")
        .add(Ink.HEADING, ": " + finding.text().message())
        .line();
    String margin = " ".repeat(Integer.toString(span.line()).length());
    page.add(Ink.FRAME, margin + "--> ").add(span.toString());
    ResourceRef resource = finding.resource();
    if (resource != null) {
      page.add("  " + resource);
    }
    page.line();
    excerpts.write(page, span, ink);
    note(page, margin, "why", finding.text().why());
    Witness witness = finding.text().witness();
    note(page, margin, "witness", witness == null ? null : witness.sentence());
    note(page, margin, "help", finding.text().help());
    Suppression suppressed = finding.suppressed();
    note(page, margin, "suppressed", suppressed == null ? null : suppressed.reason());
    page.line();
  }

  private static void note(Page page, String margin, String name, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      page.add(Ink.FRAME, margin + " = ").add(Ink.HEADING, name + ": ").line(text);
    }
  }

  private static Ink ink(Diagnostic finding) {
    return switch (finding.severity()) {
      case ERROR -> Ink.BAD;
      case WARNING -> Ink.CAREFUL;
      case NOTE -> Ink.FRAME;
    };
  }

  /// The findings as data.
  public ArrayNode toJson() {
    return toJson(all());
  }

  /// Some of the findings as data.
  public ArrayNode toJson(List<Diagnostic> some) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    some.forEach(finding -> array.add(toJson(finding)));
    return array;
  }

  private ObjectNode toJson(Diagnostic finding) {
    Span span = finding.span();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("code", finding.code().id());
    json.put("severity", finding.severity().word());
    json.put("file", span.file());
    json.put("line", span.line());
    json.put("column", span.column());
    json.put("endLine", span.endLine());
    json.put("endColumn", span.endColumn());
    ResourceRef resource = finding.resource();
    if (resource == null) {
      json.putNull("resource");
    } else {
      json.putObject("resource")
          .put("kind", resource.kind())
          .put("namespace", resource.namespace())
          .put("name", resource.name());
    }
    json.put("message", finding.text().message());
    json.put("why", nullIfEmpty(finding.text().why()));
    json.put("help", nullIfEmpty(finding.text().help()));
    Witness witness = finding.text().witness();
    json.set("witness", witness == null ? json.nullNode() : WitnessJson.of(witness));
    json.put("docs", finding.code().docs());
    Suppression suppressed = finding.suppressed();
    json.put("suppressed", suppressed == null ? null : suppressed.reason());
    json.put("suppressedBy", suppressed == null ? null : suppressed.by().word());
    json.put("fingerprint", fingerprint(finding));
    return json;
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }
}
