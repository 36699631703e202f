package dev.sluice.ztunnel.redirect;

import java.util.ArrayList;
import java.util.List;

/// The rules of all families in the words of nftables.
///
/// Every rule carries a comment that names it, by which it is found again: nftables prints rules
/// differently from release to release.
final class NftRules {

  /// A rule of a chain in one of our tables.
  record Rule(String table, String chain, String expression, String name) {}

  static final String NAT = "istio-ambient-nat";
  static final String MANGLE = "istio-ambient-mangle";
  static final String RAW = "istio-ambient-raw";
  static final List<String> TABLES = List.of(RAW, MANGLE, NAT);

  private static final String IN = "istio-prerouting";
  private static final String OUT = "istio-output";
  private static final String OURS = "meta mark & 0xfff == 0x539";
  private static final String NOT_OURS = "meta mark & 0xfff != 0x539";

  private NftRules() {}

  /// The rules in order.
  static List<Rule> of(Redirection wanted) {
    var rules = new ArrayList<Rule>();
    if (wanted.dns() == Redirection.Dns.CAPTURED) {
      rules.add(
          new Rule(RAW, OUT, "udp dport 53 " + OURS + " counter ct zone set 1", "dns zone out"));
      rules.add(
          new Rule(RAW, IN, "udp sport 53 " + NOT_OURS + " counter ct zone set 1", "dns zone in"));
    }
    rules.add(
        new Rule(MANGLE, IN, OURS + " counter ct mark set ct mark & 0xfffff000 | 0x111", "mark"));
    rules.add(
        new Rule(MANGLE, OUT, "ct mark & 0xfff == 0x111 counter meta mark set ct mark", "return"));
    wanted.interfaces().forEach(name -> addInterface(rules, name));
    wanted.families().forEach(family -> addInbound(rules, wanted, family));
    wanted.families().forEach(family -> addProbeAnswers(rules, wanted, family));
    if (wanted.dns() == Redirection.Dns.CAPTURED) {
      rules.add(
          nat(
              OUT,
              "oifname != \"lo\" "
                  + NOT_OURS
                  + " udp dport 53 counter redirect to :"
                  + Redirection.DNS_PORT,
              "dns udp"));
      wanted.families().forEach(family -> addDns(rules, family));
    }
    rules.add(nat(OUT, "meta l4proto tcp meta mark & 0xfff == 0x111 counter accept", "returning"));
    wanted.families().forEach(family -> addOutbound(rules, family));
    return rules;
  }

  private static Rule nat(String chain, String expression, String name) {
    return new Rule(NAT, chain, expression, name);
  }

  private static String notLoopback(Family family) {
    return family.nft() + " daddr != " + family.loopback();
  }

  private static void addInterface(List<Rule> rules, String name) {
    String from = "iifname \"" + name + "\" meta l4proto tcp counter ";
    rules.add(nat(IN, from + "redirect to :" + Redirection.OUTBOUND_PORT, "interface " + name));
    rules.add(nat(IN, from + "return", "interface " + name + " done"));
  }

  private static void addInbound(List<Rule> rules, Redirection wanted, Family family) {
    if (wanted.inbound() == Redirection.Inbound.LEFT_ALONE) {
      return;
    }
    rules.add(
        nat(
            IN,
            "meta l4proto tcp "
                + family.nft()
                + " saddr "
                + wanted.probe(family)
                + " counter accept",
            "probes in " + family.nft()));
    rules.add(
        nat(
            IN,
            notLoopback(family)
                + " tcp dport != "
                + Redirection.HBONE_PORT
                + " "
                + NOT_OURS
                + " counter redirect to :"
                + Redirection.INBOUND_PORT,
            "inbound " + family.nft()));
  }

  private static void addProbeAnswers(List<Rule> rules, Redirection wanted, Family family) {
    rules.add(
        nat(
            OUT,
            "meta l4proto tcp "
                + family.nft()
                + " daddr "
                + wanted.probe(family)
                + " counter accept",
            "probes out " + family.nft()));
  }

  private static void addDns(List<Rule> rules, Family family) {
    rules.add(
        nat(
            OUT,
            notLoopback(family)
                + " tcp dport 53 "
                + NOT_OURS
                + " counter redirect to :"
                + Redirection.DNS_PORT,
            "dns tcp " + family.nft()));
  }

  private static void addOutbound(List<Rule> rules, Family family) {
    rules.add(
        nat(
            OUT,
            "oifname \"lo\" " + notLoopback(family) + " counter accept",
            "self " + family.nft()));
    rules.add(
        nat(
            OUT,
            "meta l4proto tcp "
                + notLoopback(family)
                + " "
                + NOT_OURS
                + " counter redirect to :"
                + Redirection.OUTBOUND_PORT,
            "outbound " + family.nft()));
  }

  /// What `nft -f -` is to be told; one transaction, whatever was there before.
  static String adding(List<Rule> rules) {
    var text = new StringBuilder(removing());
    for (String table : TABLES) {
      List<Rule> own = rules.stream().filter(rule -> rule.table().equals(table)).toList();
      if (!own.isEmpty()) {
        addTable(text, table);
        own.forEach(rule ->
            text.append(
                "add rule inet %s %s %s comment \"%s\"\n"
                    .formatted(table, rule.chain(), rule.expression(), comment(rule))));
      }
    }
    return text.toString();
  }

  private static void addTable(StringBuilder text, String table) {
    String kind =
        switch (table) {
          case NAT -> "nat hook %s priority -100";
          case RAW -> "filter hook %s priority -300";
          default -> "filter hook %s priority -150";
        };
    String output = table.equals(MANGLE) ? "route hook %s priority -150" : kind;
    text.append(
        """
        add table inet %1$s
        add chain inet %1$s prerouting { type %2$s ; }
        add chain inet %1$s output { type %3$s ; }
        add chain inet %1$s istio-prerouting
        add chain inet %1$s istio-output
        add rule inet %1$s prerouting jump istio-prerouting comment "ztunnel jump in"
        add rule inet %1$s output jump istio-output comment "ztunnel jump out"
        """
            .formatted(table, kind.formatted("prerouting"), output.formatted("output")));
  }

  /// What removes our tables, also when they are not there.
  static String removing() {
    var text = new StringBuilder();
    TABLES.forEach(
        table -> text.append("add table inet %1$s\ndelete table inet %1$s\n".formatted(table)));
    return text.toString();
  }

  static String comment(Rule rule) {
    return "ztunnel " + rule.name();
  }

  /// The rules that `nft list ruleset` does not show.
  static List<Rule> missing(List<Rule> rules, String listed) {
    return rules.stream()
        .filter(rule -> !listed.contains("comment \"" + comment(rule) + "\""))
        .toList();
  }
}
