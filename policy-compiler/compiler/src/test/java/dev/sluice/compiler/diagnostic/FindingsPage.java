package dev.sluice.compiler.diagnostic;

import dev.sluice.compiler.diagnostic.FindingDoc.Block;
import dev.sluice.compiler.diagnostic.FindingDoc.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Writes the page of all findings, `FINDINGS.md`, from the documentation of the codes.
final class FindingsPage {
  /// The title of each part of the page, by its first number.
  private static final NavigableMap<Integer, String> PARTS =
      new TreeMap<>(
          Map.of(
              1000, "Reading",
              1100, "The form of objects",
              1200, "One policy by itself",
              1300, "Accepted findings",
              2000, "What policies refer to",
              3000, "Where policies are enforced",
              4000, "What proxies can evaluate",
              5000, "Signing"));

  private static final String INTRODUCTION =
      """
      # Findings

      <!-- Made from policy-compiler/compiler/src/main/resources/dev/sluice/compiler/findings: edit there. -->

      Every finding of `sluice` has a code that is never reused. `sluice why SLU1103` shows its section in the terminal.
      An error stops the build of a bundle, and nothing can suppress it. A warning does not stop it and can be accepted:

      - in an annotation of the object, with the reason and the last day if it shall end:
        `sluice.dev/ignore.SLU1231: "why this is fine until=2027-01-31"`;
      - by path in `sluice.yaml`: `suppressions: [{paths: ["legacy/**"], codes: [SLU1231], reason: "…", until: "2027-01-31"}]`;
      - all at once, for a tree that is checked for the first time: `sluice check --baseline FILE --update-baseline`.

      What is accepted stays in every report as suppressed. A note says something and never counts.

      The examples are whole files and are compiled by the tests. Those marked ¹ stand beside this mesh:

      """;

  private final StringBuilder text = new StringBuilder(INTRODUCTION);

  private FindingsPage() {}

  static String text() {
    var page = new FindingsPage();
    page.block(new Block("yaml", FindingDoc.shop().lines().toList()));
    page.overview();
    String part = "";
    for (Code code : Code.values()) {
      if (!part(code).equals(part)) {
        part = part(code);
        page.text.append("## ").append(part).append("\n\n");
      }
      page.finding(FindingDoc.of(code));
    }
    return page.text.toString().stripTrailing() + "\n";
  }

  private static String part(Code code) {
    return PARTS.floorEntry(Integer.parseInt(code.id().substring("SLU".length()))).getValue();
  }

  private void overview() {
    text.append("| Code | Name | Severity | What it means |\n|---|---|---|---|\n");
    for (Code code : Code.values()) {
      String what = FindingDoc.of(code).what().replace("|", "\\|");
      text.append(
          "| [%s](#%s) | %s | %s | %s |\n"
              .formatted(code.id(), anchor(code), code.slug(), code.severity().word(), what));
    }
    text.append('\n');
  }

  private static String anchor(Code code) {
    return code.docs().substring(code.docs().indexOf('#') + 1);
  }

  private void finding(FindingDoc doc) {
    Code code = doc.code();
    text.append("### <a id=\"%s\"></a>%s %s\n\n".formatted(anchor(code), code.id(), code.slug()));
    text.append("**%s.** %s\n\n".formatted(capital(code.severity().word()), doc.what()));
    text.append("**Why:** ").append(doc.why()).append("\n\n");
    section("Example", doc.example());
    section("Fix", doc.fix());
  }

  private void section(String name, Section section) {
    List<String> words = new ArrayList<>(List.of("**" + name + mark(section) + ":**"));
    if (!section.words().isEmpty()) {
      words.add(section.words());
    }
    text.append(String.join(" ", words)).append("\n\n");
    section.blocks().forEach(this::block);
  }

  private static String mark(Section section) {
    return section.blocks().stream().anyMatch(block -> block.info().equals("yaml shop")) ? "¹" : "";
  }

  private void block(Block block) {
    text.append("```").append(block.language()).append('\n');
    block.lines().forEach(line -> text.append(line).append('\n'));
    text.append("```\n\n");
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
