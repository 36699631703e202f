package dev.sluice.ztunnel.redirect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The rules of one family in the words of iptables, spelt as `iptables-save` spells them.
final class IptablesRules {

  private static final String IN = "ISTIO_PRERT";
  private static final String OUT = "ISTIO_OUTPUT";
  private static final String NOT_OURS = "-m mark ! --mark " + Redirection.PROXY_MARK;
  private static final List<String> TABLES = List.of("raw", "mangle", "nat");

  private IptablesRules() {}

  /// The tables, each with its rules in order, jumps into our chains last.
  static Map<String, List<String>> of(Redirection wanted, Family family) {
    var tables = new LinkedHashMap<String, List<String>>();
    if (wanted.dns() == Redirection.Dns.CAPTURED) {
      tables.put("raw", withJumps(raw()));
    }
    tables.put("mangle", withJumps(mangle()));
    tables.put("nat", withJumps(nat(wanted, family)));
    return tables;
  }

  private static List<String> withJumps(List<String> rules) {
    var all = new ArrayList<>(rules);
    all.add("-A PREROUTING -j " + IN);
    all.add("-A OUTPUT -j " + OUT);
    return all;
  }

  // The proxy's own look-ups leave from the port a redirected one came to: two zones keep their
  // entries in connection tracking apart.
  private static List<String> raw() {
    return List.of(
        "-A "
            + OUT
            + " -p udp -m mark --mark "
            + Redirection.PROXY_MARK
            + " -m udp --dport 53 -j CT --zone 1",
        "-A "
            + IN
            + " -p udp -m mark ! --mark "
            + Redirection.PROXY_MARK
            + " -m udp --sport 53 -j CT --zone 1");
  }

  // The application answers a proxy that uses the client's address: the mark on the connection
  // brings the answer back to the proxy instead of to the client.
  private static List<String> mangle() {
    return List.of(
        "-A "
            + IN
            + " -m mark --mark "
            + Redirection.PROXY_MARK
            + " -j CONNMARK --set-xmark "
            + Redirection.RETURN_MARK,
        "-A "
            + OUT
            + " -m connmark --mark "
            + Redirection.RETURN_MARK
            + " -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff");
  }

  private static List<String> nat(Redirection wanted, Family family) {
    var rules = new ArrayList<String>();
    wanted.interfaces().forEach(name -> addInterface(rules, name));
    String notLoopback = "! -d " + family.host(family.loopback());
    String probe = family.host(wanted.probe(family));
    if (wanted.inbound() == Redirection.Inbound.CAPTURED) {
      rules.add("-A " + IN + " -s " + probe + " -p tcp -m tcp -j ACCEPT");
      rules.add(
          "-A %s %s -p tcp -m tcp ! --dport %d %s -j REDIRECT --to-ports %d"
              .formatted(
                  IN, notLoopback, Redirection.HBONE_PORT, NOT_OURS, Redirection.INBOUND_PORT));
    }
    rules.add("-A " + OUT + " -d " + probe + " -p tcp -m tcp -j ACCEPT");
    if (wanted.dns() == Redirection.Dns.CAPTURED) {
      String toDns = " -j REDIRECT --to-ports " + Redirection.DNS_PORT;
      rules.add("-A " + OUT + " ! -o lo -p udp " + NOT_OURS + " -m udp --dport 53" + toDns);
      rules.add("-A " + OUT + " " + notLoopback + " -p tcp -m tcp --dport 53 " + NOT_OURS + toDns);
    }
    rules.add("-A " + OUT + " -p tcp -m mark --mark " + Redirection.RETURN_MARK + " -j ACCEPT");
    rules.add("-A " + OUT + " " + notLoopback + " -o lo -j ACCEPT");
    rules.add(
        "-A %s %s -p tcp %s -j REDIRECT --to-ports %d"
            .formatted(OUT, notLoopback, NOT_OURS, Redirection.OUTBOUND_PORT));
    return rules;
  }

  private static void addInterface(List<String> rules, String name) {
    rules.add(
        "-A %s -i %s -p tcp -j REDIRECT --to-ports %d"
            .formatted(IN, name, Redirection.OUTBOUND_PORT));
    rules.add("-A " + IN + " -i " + name + " -p tcp -j RETURN");
  }

  /// What `iptables-restore --noflush` is to be told, so that nothing but our rules changes.
  ///
  /// @param present what `iptables-save` said
  static String adding(Map<String, List<String>> rules, SavedRules present) {
    var text = new StringBuilder();
    rules.forEach((table, lines) -> {
      text.append('*').append(table).append('\n');
      // Naming a chain empties it, within the one transaction of the table.
      text.append(':').append(IN).append(" - [0:0]\n:").append(OUT).append(" - [0:0]\n");
      for (String line : lines) {
        if (!isJump(line) || !present.has(table, line)) {
          text.append(line).append('\n');
        }
      }
      text.append("COMMIT\n");
    });
    return text.toString();
  }

  /// What removes every rule and chain of ours that is there; empty when there is none.
  static String removing(SavedRules present) {
    var text = new StringBuilder();
    for (String table : TABLES) {
      var lines = new ArrayList<String>();
      for (String jump : withJumps(List.of())) {
        for (int i = present.count(table, jump); i > 0; i--) {
          lines.add("-D" + jump.substring(2));
        }
      }
      List<String> chains =
          List.of(IN, OUT).stream().filter(chain -> present.hasChain(table, chain)).toList();
      chains.forEach(chain -> lines.add("-F " + chain));
      chains.forEach(chain -> lines.add("-X " + chain));
      if (!lines.isEmpty()) {
        text.append('*').append(table).append('\n');
        text.append(String.join("\n", lines)).append("\nCOMMIT\n");
      }
    }
    return text.toString();
  }

  private static boolean isJump(String line) {
    return line.startsWith("-A PREROUTING ") || line.startsWith("-A OUTPUT ");
  }
}
