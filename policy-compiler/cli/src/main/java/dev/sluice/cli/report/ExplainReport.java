package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.explain.Explanation;
import dev.sluice.compiler.explain.NearestMiss;
import dev.sluice.compiler.explain.RuleTrace;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.Hop;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.engine.policy.Evaluation.Truth;
import java.util.List;
import java.util.Optional;

/// What `sluice explain` prints: who decides a request on its way, by which rule, why the other
/// rules do not match, and what would change the decision.
public record ExplainReport(Explanation explanation) implements Report {

  @Override
  public void writeTo(Page page) {
    page.line(CaseText.of(explanation.asked())).line();
    switch (explanation.outcome()) {
      case Outcome.Unanswerable(var _, var message, var help) -> {
        page.add(Ink.CAREFUL, "no answer").line("  " + message);
        page.line("           " + help);
      }
      case Outcome.Divided(var journeys) -> {
        page.add(Ink.CAREFUL, "chance decides").line(": the ways end differently").line();
        journeys.forEach(journey -> write(page, journey));
        details(page, journeys.getFirst());
      }
      case Outcome.Answered answered -> {
        write(page, answered.journey());
        others(page, answered.journeys());
        details(page, answered.journey());
      }
    }
  }

  private void write(Page page, Journey journey) {
    PathPicture.write(page, explanation.asked(), journey);
    page.add(ink(journey.decision()), journey.decision().word()).line(": " + CauseText.of(journey));
    if (journey.route().isPresent()) {
      page.line("routed by " + journey.route().get());
    }
    page.line();
  }

  private static void others(Page page, List<Journey> journeys) {
    if (journeys.size() > 1) {
      page.line("The same on every way; it may also end at:");
      journeys.stream().skip(1).forEach(journey -> page.line("  " + journey.end()));
      page.line();
    }
  }

  private void details(Page page, Journey journey) {
    for (int i = 0; i < journey.hops().size(); i++) {
      Hop hop = journey.hops().get(i);
      page.add(Ink.HEADING, hop.proxy().label())
          .line(" in front of " + hop.workload() + ": " + CauseText.of(hop.verdict().cause()));
      int number = i;
      explanation.rules().stream()
          .filter(trace -> trace.hop() == number)
          .forEach(trace -> write(page, trace));
      page.line();
    }
    explanation.nearestMiss().ifPresent(miss -> write(page, miss));
  }

  private static void write(Page page, RuleTrace trace) {
    boolean matched = trace.matched() == Truth.TRUE;
    page.add("  ")
        .add(matched ? Ink.GOOD : Ink.FRAME, matched ? "matches  " : "no match ")
        .add(Page.pad(trace.action().toString(), 6))
        .line(trace.policy() + ", rule " + (trace.rule() + 1) + place(trace.span()));
    trace
        .firstFailed()
        .ifPresent(
            failed -> page.line("           " + failed.text() + place(Optional.of(failed.span()))));
  }

  private static void write(Page page, NearestMiss miss) {
    page.add(Ink.HEADING, "nearest miss").line();
    if (miss.request().isPresent()) {
      for (NearestMiss.Change change : miss.request().get().changes()) {
        page.line("  change `" + change.attribute() + "` " + words(change));
      }
      page.line("    and it is allowed: " + CauseText.of(miss.request().get().journey()));
    }
    if (miss.policy().isPresent()) {
      page.line(
          (miss.request().isPresent() ? "  or " : "  ")
              + miss.policy().get().edit()
              + place(miss.policy().get().span()));
    }
  }

  private static String words(NearestMiss.Change change) {
    if (change.after().isEmpty()) {
      return "from `" + change.before() + "` to none";
    }
    return change.before().isEmpty()
        ? "to `" + change.after() + "`"
        : "from `" + change.before() + "` to `" + change.after() + "`";
  }

  private static String place(Optional<Span> span) {
    return span.map(found -> " (" + found.file() + ":" + found.line() + ")").orElse("");
  }

  private static Ink ink(Decision decision) {
    return switch (decision) {
      case ALLOW -> Ink.GOOD;
      case DENY, REJECT -> Ink.BAD;
    };
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("case", CaseJson.of(explanation.asked()));
    switch (explanation.outcome()) {
      case Outcome.Unanswerable(var _, var message, var help) ->
          json.put("status", "unanswerable").put("message", message).put("help", help);
      case Outcome.Divided(var journeys) -> journeys(json.put("status", "divided"), journeys);
      case Outcome.Answered answered ->
          journeys(json.put("status", "answered"), answered.journeys());
    }
    var rules = json.putArray("rules");
    explanation.rules().forEach(trace -> rules.add(toJson(trace)));
    explanation
        .nearestMiss()
        .ifPresentOrElse(
            miss -> json.set("nearestMiss", toJson(miss)), () -> json.putNull("nearestMiss"));
    return json;
  }

  private static void journeys(ObjectNode json, List<Journey> journeys) {
    json.setAll(AnswerJson.of(journeys.getFirst()));
    var others = json.putArray("otherWays");
    journeys.stream().skip(1).map(AnswerJson::of).forEach(others::add);
  }

  private static ObjectNode toJson(RuleTrace trace) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("hop", trace.hop())
            .put("policy", trace.policy().toString())
            .put("action", trace.action().toString())
            .put("rule", trace.rule())
            .put("matched", trace.matched() == Truth.TRUE);
    place(json, trace.span());
    if (trace.firstFailed().isPresent()) {
      RuleTrace.Failed failed = trace.firstFailed().get();
      ObjectNode node = json.putObject("firstFailed").put("field", failed.field());
      var values = node.putArray("values");
      failed.values().forEach(values::add);
      node.put("seen", failed.seen().isEmpty() ? null : failed.seen());
      node.put("text", failed.text());
      place(node, Optional.of(failed.span()));
    } else {
      json.putNull("firstFailed");
    }
    return json;
  }

  private static void place(ObjectNode json, Optional<Span> span) {
    json.put("file", span.map(Span::file).orElse(null));
    json.put("line", span.map(Span::line).orElse(null));
  }

  private static ObjectNode toJson(NearestMiss miss) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (miss.request().isPresent()) {
      NearestMiss.OfRequest found = miss.request().get();
      ObjectNode request = json.putObject("request");
      var changes = request.putArray("changes");
      for (NearestMiss.Change change : found.changes()) {
        changes
            .addObject()
            .put("attribute", change.attribute())
            .put("before", change.before().isEmpty() ? null : change.before())
            .put("after", change.after().isEmpty() ? null : change.after());
      }
      request.set("case", CaseJson.of(found.changed()));
      request.set("actual", AnswerJson.of(found.journey()));
    } else {
      json.putNull("request");
    }
    if (miss.policy().isPresent()) {
      ObjectNode policy = json.putObject("policy").put("edit", miss.policy().get().edit());
      place(policy, miss.policy().get().span());
    } else {
      json.putNull("policy");
    }
    return json;
  }
}
