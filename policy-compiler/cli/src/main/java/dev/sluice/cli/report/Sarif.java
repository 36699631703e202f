package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Escapes;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.FindingDoc;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.diagnostic.Suppression;
import dev.sluice.compiler.source.Span;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// A SARIF 2.1.0 log of findings, with what GitHub code scanning asks for beyond the standard.
///
/// Rules are those that have results. Columns count code points, ends are exclusive. Sources: OASIS
/// SARIF 2.1.0; GitHub, "SARIF support for code scanning".
final class Sarif {
  static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  private static final String SITE = "https://sluice.dev/";

  /// What GitHub compares between runs; it must not depend on line numbers.
  private static final String FINGERPRINT = "primaryLocationLineHash";

  private static final int MAX_DESCRIPTION = 1024;

  private final Findings findings;
  private final List<Code> rules;

  private Sarif(Findings findings) {
    this.findings = findings;
    this.rules = findings.all().stream().map(Diagnostic::code).distinct().sorted().toList();
  }

  /// The log of one run that ended with `exit`.
  static ObjectNode of(Findings findings, ExitCode exit, String version) {
    ObjectNode log = JsonNodeFactory.instance.objectNode();
    log.put("$schema", SCHEMA).put("version", "2.1.0");
    new Sarif(findings).run(log.putArray("runs").addObject(), exit, version);
    return log;
  }

  private void run(ObjectNode run, ExitCode exit, String version) {
    ObjectNode driver = run.putObject("tool").putObject("driver");
    driver.put("name", "sluice").put("version", version).put("informationUri", SITE);
    ArrayNode described = driver.putArray("rules");
    rules.forEach(code -> describe(described.addObject(), FindingDoc.of(code)));
    run.putArray("invocations")
        .addObject()
        .put("executionSuccessful", exit == ExitCode.CLEAN || exit == ExitCode.FINDINGS)
        .put("exitCode", exit.code())
        .put("exitCodeDescription", exit.meaning());
    run.put("columnKind", "unicodeCodePoints");
    ArrayNode results = run.putArray("results");
    findings.all().forEach(finding -> add(results.addObject(), finding));
  }

  private static void describe(ObjectNode rule, FindingDoc doc) {
    Code code = doc.code();
    rule.put("id", code.id()).put("name", name(code));
    text(rule.putObject("shortDescription"), doc.what());
    text(rule.putObject("fullDescription"), doc.what() + " " + doc.why());
    rule.putObject("help")
        .put("text", literal(doc.why() + " " + doc.fix().words()))
        .put("markdown", markdown(doc));
    rule.put("helpUri", SITE + code.docs());
    rule.putObject("defaultConfiguration").put("level", level(code.severity()));
    ObjectNode properties = rule.putObject("properties");
    properties.put("precision", "very-high");
    properties.put("problem.severity", problem(code.severity()));
    properties.putArray("tags").add("security").add("service-mesh");
  }

  /// The name as SARIF viewers show it, such as `UnknownField`.
  private static String name(Code code) {
    return Arrays.stream(code.slug().split("-", -1))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining());
  }

  private static void text(ObjectNode message, String words) {
    String text = literal(words);
    message.put(
        "text",
        text.length() <= MAX_DESCRIPTION ? text : text.substring(0, MAX_DESCRIPTION - 1) + "…");
  }

  private static String markdown(FindingDoc doc) {
    var text = new ArrayList<>(List.of(doc.what(), "", doc.why(), "", "Example:", ""));
    blocks(text, doc.example());
    text.addAll(List.of(doc.fix().words(), ""));
    blocks(text, doc.fix());
    return String.join("\n", text);
  }

  private static void blocks(List<String> text, FindingDoc.Section section) {
    section
        .blocks()
        .forEach(block -> {
          text.add("```" + block.language());
          text.addAll(block.lines());
          text.addAll(List.of("```", ""));
        });
  }

  private void add(ObjectNode result, Diagnostic finding) {
    result
        .put("ruleId", finding.code().id())
        .put("ruleIndex", rules.indexOf(finding.code()))
        .put("level", level(finding.severity()));
    result.putObject("message").put("text", literal(message(finding)));
    ObjectNode location = result.putArray("locations").addObject();
    place(location.putObject("physicalLocation"), finding.span());
    ResourceRef resource = finding.resource();
    if (resource != null) {
      location
          .putArray("logicalLocations")
          .addObject()
          .put("name", Escapes.visible(resource.name()))
          .put("fullyQualifiedName", Escapes.visible(resource.toString()))
          .put("kind", "object");
    }
    result.putObject("partialFingerprints").put(FINGERPRINT, findings.fingerprint(finding));
    ArrayNode suppressions = result.putArray("suppressions");
    Suppression suppressed = finding.suppressed();
    if (suppressed != null) {
      suppressions
          .addObject()
          .put("kind", suppressed.by() == Suppression.By.ANNOTATION ? "inSource" : "external")
          .put("status", "accepted")
          .put("justification", Escapes.visible(suppressed.reason()));
    }
  }

  private static String message(Diagnostic finding) {
    return finding.text().message()
        + FindingLines.below(finding).stream()
            .map(line -> "\n" + line)
            .collect(Collectors.joining());
  }

  private static void place(ObjectNode physical, Span span) {
    physical.putObject("artifactLocation").put("uri", uri(span.file()));
    physical
        .putObject("region")
        .put("startLine", Math.max(1, span.line()))
        .put("startColumn", Math.max(1, span.column()))
        .put("endLine", Math.max(1, span.endLine()))
        .put("endColumn", Math.max(1, span.endColumn()));
  }

  /// A relative reference stays relative, which viewers resolve against the work tree.
  private static String uri(String file) {
    try {
      URI uri =
          Path.of(file).isAbsolute()
              ? new URI("file", "", file, null, null)
              : new URI(null, null, "./" + file, null);
      return uri.normalize().toASCIIString();
    } catch (URISyntaxException unusual) {
      throw new IllegalStateException("a path that cannot be quoted", unusual);
    }
  }

  /// Text for a message string: braces would be placeholders and `](` would make a link (§3.11.5,
  /// §3.11.6).
  private static String literal(String text) {
    String shown = text.lines().map(Escapes::visible).collect(Collectors.joining("\n"));
    return shown.replace("{", "{{").replace("}", "}}").replace("](", "] (");
  }

  private static String level(Severity severity) {
    return severity.word();
  }

  private static String problem(Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING -> "warning";
      case NOTE -> "recommendation";
    };
  }
}
