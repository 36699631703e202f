package dev.sluice.cli.baseline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.report.Findings;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.diagnostic.Suppression;
import dev.sluice.compiler.diagnostic.Suppression.By;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The fingerprints of findings that were accepted all at once, such as when a tree is checked for
/// the first time.
///
/// It holds warnings only: an error means that a policy is not enforced as it stands, so no list
/// can make it right.
record Baseline(Set<String> fingerprints) {
  private static final int VERSION = 1;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  Baseline {
    fingerprints = Set.copyOf(fingerprints);
  }

  /// Reads a baseline; empty when the text is none.
  static Optional<Baseline> parse(byte[] text) {
    try {
      JsonNode root = JSON.readTree(text);
      JsonNode findings = root.path("findings");
      if (root.path("version").asInt() != VERSION || !findings.isArray()) {
        return Optional.empty();
      }
      Set<String> fingerprints = new HashSet<>();
      for (JsonNode finding : findings) {
        if (!finding.path("fingerprint").isTextual()) {
          return Optional.empty();
        }
        fingerprints.add(finding.path("fingerprint").asText());
      }
      return Optional.of(new Baseline(fingerprints));
    } catch (java.io.IOException noJson) {
      return Optional.empty();
    }
  }

  /// The baseline that accepts all warnings there are.
  static Baseline of(Findings findings) {
    Set<String> prints = new TreeSet<>();
    findings.all().stream()
        .filter(Baseline::mayHold)
        .forEach(finding -> prints.add(findings.fingerprint(finding)));
    return new Baseline(prints);
  }

  /// Its text; what stands beside the fingerprints is for people.
  static String text(Findings findings) {
    ObjectNode root = JSON.createObjectNode().put("version", VERSION);
    var list = root.putArray("findings");
    findings.all().stream()
        .filter(Baseline::mayHold)
        .forEach(finding ->
            list.addObject()
                .put("fingerprint", findings.fingerprint(finding))
                .put("code", finding.code().id())
                .put("resource", finding.resource() == null ? "" : finding.resource().toString())
                .put("file", finding.span().file()));
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a JSON tree cannot be printed", impossible);
    }
  }

  private static boolean mayHold(Diagnostic finding) {
    Suppression suppressed = finding.suppressed();
    return finding.severity() == Severity.WARNING
        && finding.code() != Code.SUPPRESSION_EXPIRED
        && (suppressed == null || suppressed.by() == By.BASELINE);
  }

  /// The findings with those of the baseline suppressed for `reason`.
  List<Diagnostic> applyTo(Findings findings, String reason) {
    var suppression = new Suppression(By.BASELINE, reason);
    return findings.all().stream()
        .map(finding ->
            finding.suppressed() == null
                    && mayHold(finding)
                    && fingerprints.contains(findings.fingerprint(finding))
                ? finding.suppressedBy(suppression)
                : finding)
        .toList();
  }

  /// How many of its findings do not occur any more.
  long staleAmong(Findings findings) {
    Set<String> there = new HashSet<>();
    findings.all().forEach(finding -> there.add(findings.fingerprint(finding)));
    return fingerprints.stream().filter(print -> !there.contains(print)).count();
  }
}
