package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.format.Comment;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.compare.Change;
import dev.sluice.compiler.compare.Change.Because;
import dev.sluice.compiler.compare.Change.Kind;
import dev.sluice.compiler.compare.Change.Ruling;
import dev.sluice.compiler.compare.Change.Witness;
import dev.sluice.compiler.compare.Comparison;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.engine.bundle.Digest;
import dev.sluice.engine.policy.Peer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `sluice diff` prints: who gains and who loses access, with a request that shows it.
public record DiffReport(Comparison comparison, Digest old, Digest now)
    implements Report.Commented {

  @Override
  public void writeTo(Page page) {
    for (Kind kind : List.of(Kind.WIDENING, Kind.NARROWING)) {
      List<List<Change>> groups = groups(kind);
      if (!groups.isEmpty()) {
        page.add(ink(kind), kind.word()).line(": " + meaning(kind)).line();
        groups.forEach(group -> write(page, group));
      }
    }
    List<List<Change>> neutral = groups(Kind.NEUTRAL);
    if (!neutral.isEmpty()) {
      page.add(ink(Kind.NEUTRAL), "neutral").line(": " + meaning(Kind.NEUTRAL)).line();
      neutral.forEach(group -> writeNeutral(page, group));
      page.line();
    }
    if (!comparison.undecided().isEmpty()) {
      page.add(Ink.CAREFUL, "undecided").line(": nothing is known about these").line();
      comparison.undecided().stream()
          .map(undecided -> "  " + undecided.to() + ": " + undecided.reason())
          .distinct()
          .forEach(page::line);
      page.line();
    }
    summary(page);
  }

  private void summary(Page page) {
    page.add(count(Kind.WIDENING) > 0 ? Ink.BAD : Ink.GOOD, count(Kind.WIDENING) + " widening")
        .add(", " + count(Kind.NARROWING) + " narrowing, " + count(Kind.NEUTRAL) + " neutral")
        .line(
            comparison.undecided().isEmpty()
                ? ""
                : ", " + comparison.undecided().size() + " undecided");
    page.line(
        old.equals(now) ? "both mean the same (" + now + ")" : "meaning " + old + " → " + now);
  }

  private static Ink ink(Kind kind) {
    return switch (kind) {
      case WIDENING -> Ink.BAD;
      case NARROWING -> Ink.CAREFUL;
      case NEUTRAL -> Ink.HEADING;
    };
  }

  private static String meaning(Kind kind) {
    return switch (kind) {
      case WIDENING -> "allowed now, refused before";
      case NARROWING -> "refused now, allowed before";
      case NEUTRAL -> "nobody gains or loses access by these";
    };
  }

  private long count(Kind kind) {
    return comparison.changes().stream().filter(change -> change.kind() == kind).count();
  }

  /// Changes that differ in their destination only, together.
  private List<List<Change>> groups(Kind kind) {
    Map<List<Object>, List<Change>> groups = new LinkedHashMap<>();
    for (Change change : comparison.changes()) {
      if (change.kind() == kind) {
        List<Object> key =
            List.of(
                change.from(),
                change.operations(),
                change.witness().map(Witness::before),
                change.witness().map(Witness::after),
                change.witness().isEmpty() ? change.to() : "");
        groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(change);
      }
    }
    return List.copyOf(groups.values());
  }

  private static void write(Page page, List<Change> group) {
    Change change = group.getFirst();
    Witness witness = change.witness().orElseThrow();
    page.add("  ").add(Ink.HEADING, change.from());
    page.line(" → " + Page.abbreviated(group.stream().map(Change::to).toList()));
    String what = "  what";
    for (String operation : change.operations()) {
      page.field(what, operation);
      what = "  or";
    }
    page.field("  before", words(witness.before()));
    page.field("  after", words(witness.after()));
    String name = "  because";
    for (Because because : change.because()) {
      if (because.policy().isPresent()) {
        page.field(name, because.text() + place(because));
        name = "";
      }
    }
    page.field("  witness", words(witness.request())).line();
  }

  private static void writeNeutral(Page page, List<Change> group) {
    Change change = group.getFirst();
    String place = change.because().stream().findFirst().map(DiffReport::place).orElse("");
    page.add("  ").add(Ink.HEADING, change.to()).line(": " + change.operation() + place);
  }

  private static String place(Because because) {
    return because
        .span()
        .map(span -> " (" + because.side().word() + " " + span.file() + ":" + span.line() + ")")
        .orElse("");
  }

  private static String words(Ruling ruling) {
    String rule = ruling.rule().map(index -> " rule " + (index + 1)).orElse("");
    String by = ruling.by().map(id -> id + rule).orElse(ruling.reason());
    return ruling.decision().word() + " at " + ruling.at() + " (" + by + ")";
  }

  private static String words(Case request) {
    String who =
        switch (request.from().peer()) {
          case Peer.Anonymous() -> "plaintext";
          case Peer.Identified(var id) -> id.principal();
        };
    String from = request.from().address().map(ip -> " at " + ip.getHostAddress()).orElse("");
    var to = request.to();
    String target =
        switch (to) {
          case Case.Target.OfService _ -> "Service ";
          case Case.Target.OfWorkload _ -> "pod of ";
        };
    return who
        + from
        + " → "
        + target
        + to.namespace()
        + "/"
        + to.name()
        + ":"
        + to.port()
        + request.http().map(DiffReport::words).orElse("");
  }

  private static String words(Http http) {
    var words = new StringBuilder(" " + http.method() + " " + http.host() + http.path());
    http.headers().forEach((name, value) -> words.append(" ").append(name + ": " + value));
    switch (http.token()) {
      case Token.Absent() -> {}
      case Token.Invalid() -> words.append(" with an invalid token");
      case Token.Signed(var claims) ->
          words.append(" with a token of ").append(claims.values().size() + " claims");
    }
    return words.toString();
  }

  @Override
  public String mark() {
    return "sluice diff";
  }

  @Override
  public void writeTo(Comment comment) {
    comment.heading(
        "Sluice diff: "
            + count(Kind.WIDENING)
            + " widening, "
            + count(Kind.NARROWING)
            + " narrowing, "
            + count(Kind.NEUTRAL)
            + " neutral");
    for (Kind kind : List.of(Kind.WIDENING, Kind.NARROWING)) {
      List<List<Change>> groups = groups(kind);
      if (!groups.isEmpty()) {
        comment.paragraph(kind.word() + ": " + meaning(kind));
        comment.table(List.of("From", "To", "Operation", "Before", "After", "Witness"));
        groups.forEach(group -> comment.row(cells(group)));
        comment.paragraph("");
      }
    }
    for (List<Change> group : groups(Kind.NEUTRAL)) {
      comment.paragraph("neutral: " + group.getFirst().to() + ": " + group.getFirst().operation());
    }
    comparison
        .undecided()
        .forEach(one -> comment.paragraph("undecided: " + one.to() + ": " + one.reason()));
  }

  private static List<String> cells(List<Change> group) {
    Change change = group.getFirst();
    Witness witness = change.witness().orElseThrow();
    return List.of(
        change.from(),
        Page.abbreviated(group.stream().map(Change::to).toList()),
        change.operation(),
        words(witness.before()),
        words(witness.after()),
        words(witness.request()));
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    var changes = json.putArray("changes");
    comparison.changes().forEach(change -> changes.add(toJson(change)));
    var undecided = json.putArray("undecided");
    comparison
        .undecided()
        .forEach(one -> undecided.addObject().put("to", one.to()).put("reason", one.reason()));
    json.putObject("semanticDigest").put("old", old.toString()).put("new", now.toString());
    json.putObject("summary")
        .put("widening", count(Kind.WIDENING))
        .put("narrowing", count(Kind.NARROWING))
        .put("neutral", count(Kind.NEUTRAL))
        .put("undecided", comparison.undecided().size());
    return json;
  }

  private static ObjectNode toJson(Change change) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("class", change.kind().word())
            .put("from", change.from())
            .put("to", change.to())
            .put("operation", change.operation());
    Optional<Witness> witness = change.witness();
    if (witness.isPresent()) {
      json.set("before", toJson(witness.get().before()));
      json.set("after", toJson(witness.get().after()));
    } else {
      json.putNull("before");
      json.putNull("after");
    }
    var because = json.putArray("because");
    for (Because one : change.because()) {
      because
          .addObject()
          .put("text", one.text())
          .put("in", one.side().word())
          .put("file", one.span().map(span -> span.file()).orElse(null))
          .put("line", one.span().map(span -> span.line()).orElse(null));
    }
    if (witness.isPresent()) {
      json.set("witness", test(change, witness.get()));
    } else {
      json.putNull("witness");
    }
    return json;
  }

  /// The case of a PolicyTest that passes after the change.
  private static ObjectNode test(Change change, Witness witness) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", change.kind().word() + " for " + change.from() + " to " + change.to());
    json.setAll(CaseJson.of(witness.request()));
    json.putObject("expect").put("decision", witness.after().decision().word());
    return json;
  }

  private static ObjectNode toJson(Ruling ruling) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("decision", ruling.decision().word())
        .put("by", ruling.by().map(Object::toString).orElse(null))
        .put("rule", ruling.rule().orElse(null))
        .put("reason", ruling.reason())
        .put("at", ruling.at());
  }
}
