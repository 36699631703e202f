package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.diagnostic.Suppression;
import dev.sluice.compiler.diagnostic.Suppression.By;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.settings.PathSuppression;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.Metadata;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The findings that were accepted: with `sluice.dev/ignore.<CODE>: "reason"` annotations of the
/// object, or by path in `sluice.yaml`.
///
/// Only warnings and notes can be accepted, never errors: an error means that a policy is not
/// enforced as it stands. The finding stays visible with the reason and does not count. An
/// acceptance that ended, or that accepts nothing, is a finding of its own.
public final class Suppressions {

  private static final String PREFIX = "sluice.dev/ignore.";

  private final LocalDate today;
  private final Diagnostics diagnostics;
  private final Map<String, Accepted> byObject = new HashMap<>();
  private final List<Accepted> byPath = new ArrayList<>();
  private final Set<Accepted> met = new HashSet<>();

  private Suppressions(Diagnostics diagnostics, LocalDate today) {
    this.today = today;
    this.diagnostics = diagnostics;
  }

  /// Marks accepted findings; to be called once, after the last stage that reports any. An
  /// acceptance holds up to and including its last day; `today` decides.
  public static void apply(
      Validated validated, MeshSettings settings, Diagnostics diagnostics, LocalDate today) {
    var all = new Suppressions(diagnostics, today);
    for (Document document : validated.documents()) {
      all.collect(document.metadata());
    }
    settings.suppressions().forEach(all::collect);
    diagnostics.replaceAll(all::judge);
    Set<ResourceRef> failed = diagnostics.resourcesWithErrors();
    all.byObject.values().stream().sorted().forEach(accepted -> all.report(accepted, failed));
    all.byPath.forEach(accepted -> all.report(accepted, failed));
  }

  private record Accepted(
      Code code,
      Suppression suppression,
      Optional<LocalDate> until,
      Span span,
      @Nullable ResourceRef resource,
      @Nullable PathSuppression path)
      implements Comparable<Accepted> {

    @Override
    public int compareTo(Accepted other) {
      return span.compareTo(other.span);
    }

    boolean hasEnded(LocalDate today) {
      return until.isPresent() && today.isAfter(until.get());
    }
  }

  private void collect(Metadata metadata) {
    if (metadata.annotations().isEmpty()) {
      return;
    }
    metadata
        .annotations()
        .forEach((key, value) -> {
          if (key.startsWith(PREFIX)) {
            collect(metadata.resource(), key.substring(PREFIX.length()), value);
          }
        });
  }

  private void collect(ResourceRef resource, String id, Located<String> value) {
    Optional<Code> code =
        Arrays.stream(Code.values()).filter(known -> known.id().equals(id)).findFirst();
    if (code.isEmpty()) {
      refuse(resource, value.span(), "`" + id + "` is not the code of any finding");
    } else if (code.get().severity() == Severity.ERROR) {
      refuse(resource, value.span(), "`" + id + "` is an error and cannot be ignored");
    } else {
      switch (Acceptance.parse(value.value())) {
        case Acceptance.Malformed(var problem) ->
            refuse(resource, value.span(), "ignoring `" + id + "`: " + problem);
        case Acceptance.Given(var reason, var until) ->
            byObject.put(
                key(code.get(), resource),
                new Accepted(
                    code.get(),
                    new Suppression(By.ANNOTATION, reason),
                    until,
                    value.span(),
                    resource,
                    null));
      }
    }
  }

  private void collect(PathSuppression path) {
    var suppression = new Suppression(By.SETTINGS, path.reason());
    path.codes()
        .forEach(code ->
            byPath.add(new Accepted(code, suppression, path.until(), path.span(), null, path)));
  }

  private void refuse(ResourceRef resource, Span span, String problem) {
    diagnostics.report(
        Code.BAD_ANNOTATION,
        span,
        resource,
        new Text(
            problem,
            "an accepted warning stays in the report with the reason for it",
            "write `"
                + PREFIX
                + "SLUxxxx: \"why this is fine until=2027-01-31\"`; the day may be"
                + " left out"));
  }

  private Diagnostic judge(Diagnostic finding) {
    ResourceRef resource = finding.resource();
    Accepted direct = resource == null ? null : byObject.get(key(finding.code(), resource));
    if (direct != null) {
      return judge(finding, direct);
    }
    return byPath.stream()
        .filter(accepted -> accepted.code() == finding.code())
        .filter(
            accepted -> accepted.path() != null && accepted.path().covers(finding.span().file()))
        .findFirst()
        .map(accepted -> judge(finding, accepted))
        .orElse(finding);
  }

  private Diagnostic judge(Diagnostic finding, Accepted accepted) {
    met.add(accepted);
    return accepted.hasEnded(today) ? finding : finding.suppressedBy(accepted.suppression());
  }

  /// An object with an error does not get as far as the stages that warn, so nothing is known of
  /// its warnings.
  private void report(Accepted accepted, Set<ResourceRef> failed) {
    String id = accepted.code().id();
    if (accepted.hasEnded(today)) {
      diagnostics.report(
          Code.SUPPRESSION_EXPIRED,
          accepted.span(),
          accepted.resource(),
          new Text(
              "`" + id + "` was accepted until " + accepted.until().orElseThrow(),
              "the reason given was: " + accepted.suppression().reason(),
              "repair what the finding is about, or accept it anew with a later day"));
    } else if (accepted.resource() != null
        && !met.contains(accepted)
        && !failed.contains(accepted.resource())) {
      diagnostics.report(
          Code.SUPPRESSION_UNUSED,
          accepted.span(),
          accepted.resource(),
          new Text(
              "`" + id + "` is accepted here and does not occur",
              "it would hide the finding if it came back for another reason",
              "remove the annotation"));
    }
  }

  private static String key(Code code, ResourceRef resource) {
    return code.id() + " " + resource;
  }
}
