package dev.sluice.ztunnel.redirect;

import dev.sluice.ztunnel.linux.NetworkNamespace;
import java.io.PrintStream;
import java.util.List;

/// `ztunnel redirect`: enrols one pod without any other component.
public final class RedirectCommand {

  /// The first word of the command line that asks for it.
  public static final String NAME = "redirect";

  /// Everything is as wanted.
  public static final int EXIT_OK = 0;

  /// `show` missed something.
  public static final int EXIT_MISSING = 1;

  /// The command line cannot be understood.
  public static final int EXIT_USAGE = 2;

  /// The namespace cannot be opened or a program failed.
  public static final int EXIT_FAILED = 3;

  private static final String HELP =
      """
      NAME
        ztunnel redirect - lead the traffic of a pod to the proxy

      SYNOPSIS
        ztunnel redirect add|remove|show --netns PATH [OPTION...]

      DESCRIPTION
        Works on the packet filter and the routes inside the network namespace at PATH, and on
        nothing else of the machine. The rules, their tables and chains are those of Istio's CNI
        agent, so either may take over a pod from the other.

        add      makes the rules what the options say, whatever of them was there before; can be
                 repeated. Have the proxy listen in the pod first: from the first rule on, what the
                 pod dials goes to port 15001 of the pod, what is dialled to it in plaintext to port
                 15006. HBONE on port 15008 is not touched, nor is what the pod sends to itself.
        remove   removes the rules of both kinds, nftables and iptables; can be repeated.
        show     says what is there of what `add` with these options would make, and what is not.

        Packets of the proxy carry the mark 0x539. What it dials to the application it dials under
        the client's address; the connection mark 0x111, a rule of priority 32764 and the table 100
        of routes bring the answers back to the proxy.

        What comes from the node itself, such as health probes of the kubelet, is expected under
        the probe address (169.254.7.127), to which the node translates the source. It bypasses the
        proxy.

      OPTIONS
        --netns PATH               the namespace of the pod: /run/netns/NAME or /proc/PID/ns/net
        --rules nftables|iptables  the packet filter; by default nftables where `nft` is installed
        --dns                      lead name look-ups of the pod to port 15053, too
        --no-inbound               leave alone what is dialled to the pod, as for a gateway
        --ipv4-only                leave IPv6 alone; by default it is redirected where loopback of
                                   the pod has it
        --probe-ipv4 ADDRESS       the address of probes, 169.254.7.127 by default
        --probe-ipv6 ADDRESS       the same, fd16:9254:7127:1337:ffff:ffff:ffff:ffff by default
        --virtual-interface NAME   take what comes in on this interface for the pod's own traffic,
                                   as for virtual machines in a pod; repeatable
        --help                     this text

      EXIT STATUS
        0  everything is as it should be
        1  `show` found something missing
        2  the command line cannot be understood
        3  the namespace cannot be opened, or a program failed; nothing or not everything was done

      NEEDS
        CAP_SYS_ADMIN and CAP_NET_ADMIN; the programs `nsenter`, `ip`, and `nft` or
        `iptables-restore` with `iptables-save` and their IPv6 twins.

      EXAMPLES
        ztunnel redirect add --netns /run/netns/pod1
        ztunnel redirect show --netns /proc/4711/ns/net --rules iptables
      """;

  private final PrintStream out;
  private final PrintStream err;

  public RedirectCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// The same as [#run] with the streams of the process.
  public static int onStandardStreams(List<String> words) {
    return new RedirectCommand(System.out, System.err).run(words);
  }

  /// Runs what the words after `redirect` ask for; the exit code.
  public int run(List<String> words) {
    return switch (Arguments.parse(words)) {
      case Arguments.Read.Help() -> {
        out.print(HELP);
        yield EXIT_OK;
      }
      case Arguments.Read.Wrong(var problem) ->
          fail(EXIT_USAGE, problem, "see `ztunnel redirect --help`");
      case Arguments.Read.Run(var arguments) -> run(arguments);
    };
  }

  private int run(Arguments arguments) {
    return switch (NetworkNamespace.ofPath(arguments.netns())) {
      case NetworkNamespace.Opened.Failed(var failure) ->
          fail(EXIT_FAILED, failure.message(), failure.help());
      case NetworkNamespace.Opened.Open(var namespace) -> {
        try (namespace) {
          yield run(arguments, new Tools(namespace));
        }
      }
    };
  }

  private int run(Arguments arguments, Tools tools) {
    boolean isV6 = arguments.wishes().ipv6() != Arguments.Wishes.Ipv6.NOT && tools.hasIpv6();
    var families = isV6 ? List.of(Family.IPV4, Family.IPV6) : List.of(Family.IPV4);
    var flavour = arguments.flavour().orElseGet(RedirectCommand::installed);
    var rules = new PodRules(tools, flavour);
    var wanted = arguments.wishes().in(families);
    return switch (arguments.action()) {
      case ADD -> changed(rules.add(wanted));
      case REMOVE -> changed(rules.remove(families));
      case SHOW -> seen(rules.show(wanted));
    };
  }

  private static PodRules.Flavour installed() {
    return Tools.has("nft") ? PodRules.Flavour.NFTABLES : PodRules.Flavour.IPTABLES;
  }

  private int changed(PodRules.Changed changed) {
    return switch (changed) {
      case PodRules.Changed.Done() -> EXIT_OK;
      case PodRules.Changed.Failed(var problem, var help) -> fail(EXIT_FAILED, problem, help);
    };
  }

  private int seen(PodRules.Seen seen) {
    return switch (seen) {
      case PodRules.Seen.Failed(var problem, var help) -> fail(EXIT_FAILED, problem, help);
      case PodRules.Seen.Rules(var present, var missing) -> {
        present.forEach(line -> out.println("present  " + line));
        missing.forEach(line -> out.println("missing  " + line));
        yield missing.isEmpty() ? EXIT_OK : EXIT_MISSING;
      }
    };
  }

  private int fail(int code, String problem, String help) {
    err.println("ztunnel redirect: " + problem);
    err.println("  help: " + help);
    return code;
  }
}
