package dev.sluice.compiler.compare;

import dev.sluice.compiler.compare.Change.Because;
import dev.sluice.compiler.compare.Change.Ruling;
import dev.sluice.compiler.compare.Change.Side;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.PolicySet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Says what brought a change about: which rules decide its witness, and which policies differ.
final class Reasons {
  /// More would not be read.
  private static final int EDITS = 5;

  private final Places old;
  private final Places now;

  Reasons(MeshRevision before, MeshRevision after) {
    old = new Places(Side.OLD, before.placed().mesh());
    now = new Places(Side.NEW, after.placed().mesh());
  }

  /// What decides in each revision.
  List<Because> rulings(Ruling before, Ruling after) {
    return List.of(ruling(before, old), ruling(after, now));
  }

  private static Because ruling(Ruling ruling, Places places) {
    if (ruling.by().isEmpty()) {
      return new Because(nobody(ruling), places.side(), Optional.empty(), Optional.empty());
    }
    PolicyId id = ruling.by().get();
    if (ruling.rule().isEmpty()) {
      return places.about(id, without(ruling.reason()));
    }
    int index = ruling.rule().get();
    String verb =
        ruling.reason().equals("needs_http")
            ? " cannot be judged without HTTP"
            : ruling.decision() == Decision.ALLOW ? " allows" : " denies";
    return new Because(
        id + " rule " + (index + 1) + verb, places.side(), Optional.of(id), places.of(id, index));
  }

  private static String without(String reason) {
    return switch (reason) {
      case "plaintext_refused" -> "requires mTLS";
      case "guard_refused" -> "closes the port to direct dials";
      case "guard_exempt" -> "exempts the caller from its guard";
      case "judged_by_waypoint" -> "admits what the waypoint judged";
      default -> "decides (" + reason + ")";
    };
  }

  private static String nobody(Ruling ruling) {
    return switch (ruling.reason()) {
      case "no_allow_policy" -> "no ALLOW policy applies, so everything is allowed";
      case "no_allow_matched" -> "ALLOW policies apply and none matches";
      case "token_invalid" -> "the token is not valid";
      case "wrong_audience" -> "the token is for another audience";
      case "outside_mesh" -> "the workload is outside the mesh, so nobody decides";
      default -> ruling.reason();
    };
  }

  /// The policies in which two judges differ.
  List<Because> edits(Judging before, Judging after) {
    Map<PolicyId, List<Object>> was = parts(before);
    Map<PolicyId, List<Object>> is = parts(after);
    var edits = new ArrayList<Because>();
    is.forEach((id, parts) -> {
      if (!was.containsKey(id)) {
        edits.add(now.about(id, "applies now"));
      } else if (!parts.equals(was.get(id))) {
        edits.add(now.about(id, "was edited"));
      }
    });
    was.keySet().stream()
        .filter(id -> !is.containsKey(id))
        .forEach(id -> edits.add(old.about(id, "no longer applies")));
    return edits.stream().limit(EDITS).toList();
  }

  private static SortedMap<PolicyId, List<Object>> parts(Judging judging) {
    var parts = new TreeMap<PolicyId, List<Object>>();
    judging.policies().ifPresent(set -> collect(set, parts));
    return parts;
  }

  private static void collect(PolicySet set, Map<PolicyId, List<Object>> parts) {
    set.policies().forEach(part -> add(parts, part.id(), part));
    set.authentications().forEach(part -> add(parts, part.id(), part));
    set.guards().forEach(part -> add(parts, part.id(), part));
    var mtls = set.mtls();
    var settings = new ArrayList<>(mtls.ports().values());
    settings.add(mtls.otherwise());
    for (var setting : settings) {
      PolicyId by = setting.by();
      if (by != null) {
        add(parts, by, setting);
      }
    }
  }

  private static void add(Map<PolicyId, List<Object>> parts, PolicyId id, Object part) {
    parts.computeIfAbsent(id, _ -> new ArrayList<>()).add(part);
  }
}
