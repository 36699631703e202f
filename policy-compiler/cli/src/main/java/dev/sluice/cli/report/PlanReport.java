package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.format.Comment;
import dev.sluice.cli.terminal.Colour;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.place.Placement.GuardSummary;
import dev.sluice.compiler.place.Placement.Layer;
import dev.sluice.compiler.place.Placement.Point;
import dev.sluice.compiler.place.Placement.Reason;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.upstream.UpstreamExample;
import dev.sluice.compiler.upstream.UpstreamExamples;
import dev.sluice.engine.policy.PortSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;

/// What `sluice plan` prints: where each policy is enforced and why, or why it was refused.
public final class PlanReport implements Report.Commented {
  /// The word for a policy of which nobody can tell where it is enforced.
  static final String UNKNOWN = "unknown";

  private final Findings findings;
  private final List<PolicyOutcome> outcomes;
  private final List<Diagnostic> unattached;
  private final IdentityHashMap<Placement, UpstreamExample> examples = new IdentityHashMap<>();

  public PlanReport(Findings findings, Compilation compilation) {
    this.findings = findings;
    this.outcomes = PolicyOutcome.of(compilation);
    this.unattached = PolicyOutcome.unattached(compilation, outcomes);
    UpstreamExamples.of(compilation.mesh(), compilation.shards())
        .ifPresent(found ->
            placed()
                .forEach(placed ->
                    found
                        .of(placed.placement())
                        .ifPresent(example -> examples.put(placed.placement(), example))));
  }

  @Override
  public void writeTo(Page page) {
    placed()
        .forEach(placed -> {
          heading(page, placed.metadata());
          write(page, placed.placement());
          page.line();
          findings.writeTo(page, placed.findings());
        });
    unknown().forEach(unknown -> write(page, unknown, Ink.CAREFUL, UNKNOWN));
    refused().forEach(refused -> write(page, refused, Ink.BAD, "refused"));
    if (!unattached.isEmpty()) {
      page.add(Ink.HEADING, "Beside the policies").line().line();
      findings.writeTo(page, unattached);
    }
    table(page);
  }

  /// A policy without a placement to show, and the findings that say why.
  private void write(Page page, PolicyOutcome outcome, Ink ink, String verdict) {
    heading(page, outcome.metadata());
    page.add("  ").add(Ink.HEADING, Page.pad("layer", 10)).add(ink, verdict).line().line();
    findings.writeTo(page, outcome.findings());
  }

  /// The plan of the policy that a line belongs to; empty on a line of no policy.
  public Optional<String> textAt(String file, int line) {
    return outcomes.stream()
        .filter(outcome -> isAt(outcome.metadata().span(), file, line))
        .findFirst()
        .map(outcome -> {
          var page = new Page(Colour.OFF);
          heading(page, outcome.metadata());
          switch (outcome) {
            case PolicyOutcome.Placed(var placement, _) -> write(page, placement);
            case PolicyOutcome.Refused _ -> page.field("layer", "refused");
            case PolicyOutcome.Unknown _ -> page.field("layer", "unknown");
          }
          return page.toString();
        });
  }

  private static boolean isAt(Span span, String file, int line) {
    return span.file().equals(file) && span.line() <= line && line <= span.endLine();
  }

  private static void heading(Page page, Metadata policy) {
    page.add(Ink.HEADING, policy.resource().toString())
        .line(" (" + policy.nameSpan().file() + ":" + policy.span().line() + ")");
  }

  private void write(Page page, Placement placement) {
    page.field("layer", placement.layer().word());
    String name = placement.isOnTrial() ? "on trial" : "enforced";
    for (Point point : placement.points()) {
      page.field(name, words(point));
      name = "";
    }
    placement.guard().ifPresent(guard -> write(page, guard));
    name = "not at";
    for (var unenforced : placement.unenforced()) {
      page.field(name, unenforced.workload() + ": " + unenforced.because());
      name = "";
    }
    name = "because";
    for (Reason reason : placement.reasons()) {
      page.field(
          name, reason.text() + " (" + reason.span().file() + ":" + reason.span().line() + ")");
      name = "";
    }
    placement.upstreamDiffers().ifPresent(text -> page.field("in Istio", text));
    UpstreamExample example = examples.get(placement);
    if (example != null) {
      page.field("", "for example, " + example.sentence());
    }
  }

  private static String words(Point point) {
    var words = new StringBuilder(point.layer().word());
    point.waypoint().ifPresent(waypoint -> words.append(' ').append(waypoint));
    if (!point.rules().isEmpty()) {
      words.append(point.rules().size() == 1 ? ", rule " : ", rules ");
      words.append(Page.abbreviated(point.rules().stream().map(rule -> "" + (rule + 1)).toList()));
    }
    if (!point.targets().isEmpty()) {
      words.append(", for ").append(Page.abbreviated(point.targets()));
    }
    words.append(": ");
    return words
        .append(point.workloads().isEmpty() ? "no workload" : Page.abbreviated(point.workloads()))
        .toString();
  }

  private static void write(Page page, GuardSummary guard) {
    page.field("guard", ports(guard.ports()) + " of " + Page.abbreviated(guard.workloads()));
    page.field("", "closed to direct dials; admits " + list(guard.admits()));
    if (!guard.exempt().isEmpty()) {
      page.field("", "exempt " + Page.abbreviated(guard.exempt()));
    }
  }

  private static String ports(PortSet ports) {
    return switch (ports) {
      case PortSet.AllExcept(var listed) when listed.isEmpty() -> "every port";
      case PortSet.AllExcept(var listed) -> "every port but " + list(words(listed));
      case PortSet.Ports(var listed) when listed.size() == 1 -> "port " + listed.first();
      case PortSet.Ports(var listed) -> "ports " + list(words(listed));
    };
  }

  private static List<String> words(SortedSet<Integer> ports) {
    return ports.stream().map(String::valueOf).toList();
  }

  private static String list(List<String> entries) {
    return entries.isEmpty() ? "nobody" : Page.abbreviated(entries);
  }

  private void table(Page page) {
    for (Layer layer : Layer.values()) {
      long count = placed().stream().filter(p -> p.placement().layer() == layer).count();
      if (count > 0) {
        page.line(Page.pad(layer.word(), 9) + String.format(Locale.ROOT, "%6d", count));
      }
    }
    int refused = refused().size();
    int unknown = unknown().size();
    page.add("policies: " + placed().size() + " placed, ");
    if (unknown > 0) {
      page.add(Ink.CAREFUL, unknown + " unknown").add(", ");
    }
    page.add(refused > 0 ? Ink.BAD : Ink.GOOD, refused + " refused").line();
  }

  @Override
  public String mark() {
    return "sluice plan";
  }

  @Override
  public void writeTo(Comment comment) {
    comment.heading(
        "Sluice plan: "
            + placed().size()
            + " placed, "
            + (unknown().isEmpty() ? "" : unknown().size() + " unknown, ")
            + refused().size()
            + " refused");
    comment.table(List.of("Policy", "File", "Layer", "Enforced"));
    for (PolicyOutcome outcome : outcomes) {
      Metadata policy = outcome.metadata();
      String place = policy.nameSpan().file() + ":" + policy.span().line();
      switch (outcome) {
        case PolicyOutcome.Placed(var placement, _) ->
            comment.row(
                List.of(
                    policy.resource().toString(),
                    place,
                    placement.layer().word(),
                    String.join(
                        "; ", placement.points().stream().map(PlanReport::words).toList())));
        case PolicyOutcome.Unknown _ ->
            comment.row(List.of(policy.resource().toString(), place, UNKNOWN, "topology missing"));
        case PolicyOutcome.Refused _ ->
            comment.row(List.of(policy.resource().toString(), place, "refused", "nowhere"));
      }
    }
    comment.paragraph("");
    FindingLines.comment(comment, findings, findings.all());
  }

  private List<PolicyOutcome.Placed> placed() {
    return outcomes.stream()
        .filter(PolicyOutcome.Placed.class::isInstance)
        .map(PolicyOutcome.Placed.class::cast)
        .toList();
  }

  private List<PolicyOutcome.Unknown> unknown() {
    return outcomes.stream()
        .filter(PolicyOutcome.Unknown.class::isInstance)
        .map(PolicyOutcome.Unknown.class::cast)
        .toList();
  }

  private List<PolicyOutcome.Refused> refused() {
    return outcomes.stream()
        .filter(PolicyOutcome.Refused.class::isInstance)
        .map(PolicyOutcome.Refused.class::cast)
        .toList();
  }

  private Optional<UpstreamExample> example(PolicyOutcome outcome) {
    return outcome instanceof PolicyOutcome.Placed(var placement, var _)
        ? Optional.ofNullable(examples.get(placement))
        : Optional.empty();
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    var policies = json.putArray("policies");
    outcomes.forEach(outcome -> policies.add(PlanJson.of(outcome, findings, example(outcome))));
    json.set("findings", findings.toJson(unattached));
    json.putObject("summary")
        .put("placed", placed().size())
        .put("unknown", unknown().size())
        .put("refused", refused().size());
    return json;
  }
}
