package dev.sluice.cli.format;

import dev.sluice.cli.terminal.Escapes;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.source.Span;
import java.util.ArrayList;
import java.util.List;

/// Workflow commands that make GitHub show annotations.
///
/// GitHub keeps ten of each severity per step and drops the rest in silence, so ten are written and
/// the last line says how many there were. Source: GitHub Actions, "Workflow commands".
public final class GitHubAnnotations {
  private static final int SHOWN = 10;

  private GitHubAnnotations() {}

  /// The commands in the order given, severity by severity, and a line with the numbers.
  public static String of(List<Annotation> annotations) {
    var text = new StringBuilder();
    var counts = new ArrayList<String>();
    int hidden = 0;
    for (Severity severity : Severity.values()) {
      List<Annotation> all = annotations.stream().filter(a -> a.severity() == severity).toList();
      all.stream().limit(SHOWN).forEach(annotation -> append(text, annotation));
      hidden += Math.max(0, all.size() - SHOWN);
      counts.add(all.size() + " " + severity.word() + (all.size() == 1 ? "" : "s"));
    }
    text.append("sluice: ").append(String.join(", ", counts));
    if (hidden > 0) {
      text.append("; ").append(hidden).append(" not shown as annotations");
    }
    return text.append('\n').toString();
  }

  private static void append(StringBuilder text, Annotation annotation) {
    var properties = new ArrayList<String>();
    annotation.place().ifPresent(span -> place(span, properties));
    properties.add("title=" + property(annotation.title()));
    text.append("::")
        .append(command(annotation.severity()))
        .append(' ')
        .append(String.join(",", properties))
        .append("::")
        .append(
            String.join("%0A", annotation.lines().stream().map(GitHubAnnotations::data).toList()))
        .append('\n');
  }

  private static void place(Span span, List<String> properties) {
    properties.add("file=" + property(span.file()));
    properties.add("line=" + span.line());
    properties.add("endLine=" + span.endLine());
    if (span.line() == span.endLine()) {
      properties.add("col=" + span.column());
      properties.add("endColumn=" + span.endColumn());
    }
  }

  private static String command(Severity severity) {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING -> "warning";
      case NOTE -> "notice";
    };
  }

  private static String data(String line) {
    return Escapes.visible(line).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
