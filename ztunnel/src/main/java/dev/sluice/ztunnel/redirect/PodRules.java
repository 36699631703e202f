package dev.sluice.ztunnel.redirect;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Installs, removes and looks at the rules of one pod.
final class PodRules {

  /// Which packet filter program holds the rules.
  enum Flavour {
    NFTABLES,
    IPTABLES
  }

  /// What became of a change.
  sealed interface Changed {
    /// The rules are as wanted.
    record Done() implements Changed {}

    /// They are not, or not all.
    record Failed(String problem, String help) implements Changed {}
  }

  /// What is there of what should be, one line each.
  sealed interface Seen {
    record Rules(List<String> present, List<String> missing) implements Seen {}

    record Failed(String problem, String help) implements Seen {}
  }

  private final Tools tools;
  private final Flavour flavour;

  PodRules(Tools tools, Flavour flavour) {
    this.tools = tools;
    this.flavour = flavour;
  }

  /// Makes the rules those of `wanted`, whichever of ours were there.
  Changed add(Redirection wanted) {
    var steps = new Steps();
    // Routes first: answers that are marked must find their way from the first packet on.
    wanted.families().forEach(family -> steps.then(() -> addRoute(family)));
    switch (flavour) {
      case NFTABLES -> steps.run(NftRules.adding(NftRules.of(wanted)), "nft", "-f", "-");
      case IPTABLES ->
          wanted.families().forEach(family -> steps.then(() -> addTables(wanted, family)));
    }
    return steps.outcome();
  }

  private Changed addTables(Redirection wanted, Family family) {
    return withSaved(
        family,
        saved -> restore(family, IptablesRules.adding(IptablesRules.of(wanted, family), saved)));
  }

  private Changed addRoute(Family family) {
    var steps = new Steps();
    switch (rules(family)) {
      case Tools.Ran.Badly(var problem, var help) -> steps.fail(problem, help);
      case Tools.Ran.Well(var listed) -> {
        if (!isRule(listed)) {
          steps.run("", command(family, "rule add " + RULE));
        }
      }
    }
    steps.run("", command(family, "route replace " + route(family)));
    return steps.outcome();
  }

  private static final String RULE =
      "fwmark %s pref %d lookup %d"
          .formatted(Redirection.RETURN_MARK, Redirection.RULE_PRIORITY, Redirection.ROUTE_TABLE);

  private static String route(Family family) {
    return "local %s dev lo table %d".formatted(family.everything(), Redirection.ROUTE_TABLE);
  }

  private Tools.Ran rules(Family family) {
    return tools.run("", List.of(command(family, "rule show pref " + Redirection.RULE_PRIORITY)));
  }

  private static boolean isRule(String listed) {
    return listed.lines().anyMatch(line -> line.contains("fwmark " + Redirection.RETURN_MARK));
  }

  private static String[] command(Family family, String rest) {
    return ("ip " + family.option() + " " + rest).split(" ");
  }

  /// Removes everything of ours, in both flavours: the other may be a former attempt's.
  Changed remove(List<Family> families) {
    var steps = new Steps();
    if (Tools.has("nft")) {
      steps.run(NftRules.removing(), "nft", "-f", "-");
    }
    for (Family family : families) {
      if (Tools.has(family.iptables() + "-save")) {
        steps.then(
            () -> withSaved(family, saved -> restore(family, IptablesRules.removing(saved))));
      }
      steps.then(() -> removeRoute(family));
    }
    return steps.outcome();
  }

  private Changed removeRoute(Family family) {
    var steps = new Steps();
    switch (rules(family)) {
      case Tools.Ran.Badly(var problem, var help) -> steps.fail(problem, help);
      case Tools.Ran.Well(var listed) -> {
        if (isRule(listed)) {
          steps.run("", command(family, "rule del " + RULE));
        }
      }
    }
    // A table without routes does not exist, which is an error to show and nothing to remove.
    if (hasRoute(family)) {
      steps.run("", command(family, "route del " + route(family)));
    }
    return steps.outcome();
  }

  private boolean hasRoute(Family family) {
    return tools.run("", List.of(command(family, "route show table " + Redirection.ROUTE_TABLE)))
            instanceof Tools.Ran.Well(var listed)
        && listed.contains("local default dev lo");
  }

  /// Compares what is there with `wanted`.
  Seen show(Redirection wanted) {
    var seen = new ArrayList<String>();
    var missing = new ArrayList<String>();
    for (Family family : wanted.families()) {
      switch (rules(family)) {
        case Tools.Ran.Badly(var problem, var help) -> {
          return new Seen.Failed(problem, help);
        }
        case Tools.Ran.Well(var listed) ->
            (isRule(listed) ? seen : missing).add("ip " + family.option() + " rule " + RULE);
      }
      (hasRoute(family) ? seen : missing).add("ip " + family.option() + " route " + route(family));
    }
    return switch (flavour) {
      case NFTABLES -> showTables(wanted, seen, missing);
      case IPTABLES -> showChains(wanted, seen, missing);
    };
  }

  private Seen showTables(Redirection wanted, List<String> seen, List<String> missing) {
    return switch (tools.run("", List.of("nft", "list", "ruleset"))) {
      case Tools.Ran.Badly(var problem, var help) -> new Seen.Failed(problem, help);
      case Tools.Ran.Well(var listed) -> {
        var all = NftRules.of(wanted);
        var absent = NftRules.missing(all, listed);
        for (NftRules.Rule rule : all) {
          (absent.contains(rule) ? missing : seen)
              .add("nft " + rule.table() + " " + rule.chain() + ": " + rule.expression());
        }
        yield new Seen.Rules(seen, missing);
      }
    };
  }

  private Seen showChains(Redirection wanted, List<String> seen, List<String> missing) {
    for (Family family : wanted.families()) {
      switch (tools.run("", List.of(family.iptables() + "-save"))) {
        case Tools.Ran.Badly(var problem, var help) -> {
          return new Seen.Failed(problem, help);
        }
        case Tools.Ran.Well(var listed) -> {
          SavedRules saved = SavedRules.parse(listed);
          IptablesRules.of(wanted, family)
              .forEach((table, rules) ->
                  rules.forEach(rule ->
                      (saved.has(table, rule) ? seen : missing)
                          .add(family.iptables() + " -t " + table + " " + rule)));
        }
      }
    }
    return new Seen.Rules(seen, missing);
  }

  private Changed withSaved(Family family, Function<SavedRules, Changed> then) {
    return switch (tools.run("", List.of(family.iptables() + "-save"))) {
      case Tools.Ran.Badly(var problem, var help) -> new Changed.Failed(problem, help);
      case Tools.Ran.Well(var saved) -> then.apply(SavedRules.parse(saved));
    };
  }

  private Changed restore(Family family, String text) {
    if (text.isEmpty()) {
      return new Changed.Done();
    }
    var steps = new Steps();
    steps.run(text, family.iptables() + "-restore", "--noflush", "--wait", "10");
    return steps.outcome();
  }

  /// Steps of which each is only taken when those before went well.
  private final class Steps {
    private Changed outcome = new Changed.Done();

    void run(String input, String... command) {
      then(() ->
          switch (tools.run(input, List.of(command))) {
            case Tools.Ran.Well _ -> new Changed.Done();
            case Tools.Ran.Badly(var problem, var help) -> new Changed.Failed(problem, help);
          });
    }

    void then(Supplier<Changed> step) {
      if (outcome instanceof Changed.Done) {
        outcome = step.get();
      }
    }

    void fail(String problem, String help) {
      then(() -> new Changed.Failed(problem, help));
    }

    Changed outcome() {
      return outcome;
    }
  }
}
