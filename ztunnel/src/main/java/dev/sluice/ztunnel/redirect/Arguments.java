package dev.sluice.ztunnel.redirect;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `ztunnel redirect` was told on the command line.
///
/// @param flavour empty when the system is to be asked what there is
record Arguments(Action action, Path netns, Optional<PodRules.Flavour> flavour, Wishes wishes) {

  /// What is to be done.
  enum Action {
    ADD,
    REMOVE,
    SHOW
  }

  /// What is known of the redirection before the pod has been looked at.
  record Wishes(
      Ipv6 ipv6,
      Map<Family, String> probeAddresses,
      Redirection.Inbound inbound,
      Redirection.Dns dns,
      List<String> interfaces) {

    /// Whether IPv6 is redirected.
    enum Ipv6 {
      WHERE_THE_POD_HAS_IT,
      NOT
    }

    Redirection in(List<Family> families) {
      return new Redirection(families, probeAddresses, inbound, dns, interfaces);
    }
  }

  /// What became of reading the command line.
  sealed interface Read {
    record Run(Arguments arguments) implements Read {}

    record Help() implements Read {}

    record Wrong(String problem) implements Read {}
  }

  private static final int LONGEST_INTERFACE_NAME = 15;

  /// Reads everything that follows `redirect`.
  static Read parse(List<String> words) {
    if (words.contains("--help") || words.contains("-h")) {
      return new Read.Help();
    }
    if (words.isEmpty()) {
      return new Read.Wrong("expected `add`, `remove` or `show`");
    }
    Action action;
    switch (words.getFirst()) {
      case "add" -> action = Action.ADD;
      case "remove" -> action = Action.REMOVE;
      case "show" -> action = Action.SHOW;
      default -> {
        return new Read.Wrong(
            "unknown action `" + words.getFirst() + "`: expected `add`, `remove` or `show`");
      }
    }
    var options = new Options();
    String problem = options.read(words.subList(1, words.size()));
    if (!problem.isEmpty()) {
      return new Read.Wrong(problem);
    }
    return options.netns.isEmpty()
        ? new Read.Wrong("missing `--netns PATH`")
        : new Read.Run(
            new Arguments(action, options.netns.get(), options.flavour, options.wishes()));
  }

  private static final class Options {
    private Optional<Path> netns = Optional.empty();
    private Optional<PodRules.Flavour> flavour = Optional.empty();
    private Wishes.Ipv6 ipv6 = Wishes.Ipv6.WHERE_THE_POD_HAS_IT;
    private final Map<Family, String> probes = new EnumMap<>(Family.class);
    private Redirection.Inbound inbound = Redirection.Inbound.CAPTURED;
    private Redirection.Dns dns = Redirection.Dns.LEFT_ALONE;
    private final List<String> interfaces = new ArrayList<>();

    Wishes wishes() {
      return new Wishes(ipv6, probes, inbound, dns, interfaces);
    }

    /// Returns what is wrong, or nothing.
    String read(List<String> words) {
      for (int i = 0; i < words.size(); i++) {
        String word = words.get(i);
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        String problem;
        if (isSwitch(name)) {
          problem = equals < 0 ? "" : "`" + name + "` takes no value";
        } else if (equals >= 0) {
          problem = set(name, word.substring(equals + 1));
        } else if (!takesValue(name)) {
          problem = "unknown option `" + name + "`";
        } else if (i + 1 < words.size()) {
          i++;
          problem = set(name, words.get(i));
        } else {
          problem = "`" + name + "` needs a value";
        }
        if (!problem.isEmpty()) {
          return problem;
        }
      }
      return "";
    }

    private boolean isSwitch(String name) {
      switch (name) {
        case "--dns" -> dns = Redirection.Dns.CAPTURED;
        case "--no-inbound" -> inbound = Redirection.Inbound.LEFT_ALONE;
        case "--ipv4-only" -> ipv6 = Wishes.Ipv6.NOT;
        default -> {
          return false;
        }
      }
      return true;
    }

    private static boolean takesValue(String name) {
      return List.of("--netns", "--rules", "--probe-ipv4", "--probe-ipv6", "--virtual-interface")
          .contains(name);
    }

    private String set(String name, String value) {
      return switch (name) {
        case "--netns" -> {
          netns = value.isEmpty() ? Optional.empty() : Optional.of(Path.of(value));
          yield "";
        }
        case "--rules" -> setFlavour(value);
        case "--probe-ipv4" -> setProbe(Family.IPV4, value);
        case "--probe-ipv6" -> setProbe(Family.IPV6, value);
        case "--virtual-interface" -> addInterface(value);
        default -> "unknown option `" + name + "`";
      };
    }

    private String setFlavour(String value) {
      switch (value) {
        case "nftables" -> flavour = Optional.of(PodRules.Flavour.NFTABLES);
        case "iptables" -> flavour = Optional.of(PodRules.Flavour.IPTABLES);
        default -> {
          return "`--rules` is `nftables` or `iptables`, not `" + value + "`";
        }
      }
      return "";
    }

    private String setProbe(Family family, String value) {
      boolean isV6 = value.indexOf(':') >= 0;
      try {
        probes.put(family, InetAddress.ofLiteral(value).getHostAddress());
      } catch (IllegalArgumentException noAddress) {
        return "`" + value + "` is no address";
      }
      return isV6 == (family == Family.IPV6) ? "" : "`" + value + "` is of the other protocol";
    }

    private static boolean mayBeInName(int character) {
      return character < 128
          && (Character.isLetterOrDigit(character) || "._-@".indexOf(character) >= 0);
    }

    // What is written into a script for the packet filter must not be able to end a word there.
    private String addInterface(String value) {
      boolean isName =
          !value.isEmpty()
              && value.length() <= LONGEST_INTERFACE_NAME
              && value.chars().allMatch(Options::mayBeInName);
      if (!isName || value.startsWith("-")) {
        return "`" + value + "` is no name of an interface";
      }
      interfaces.add(value);
      return "";
    }
  }
}
