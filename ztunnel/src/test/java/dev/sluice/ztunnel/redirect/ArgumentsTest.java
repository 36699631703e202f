package dev.sluice.ztunnel.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

  private static Arguments.Read parse(String line) {
    return Arguments.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")));
  }

  @Test
  void every_option_is_read() {
    var read =
        parse(
            "add --netns=/run/netns/a --rules iptables --dns --no-inbound --ipv4-only"
                + " --probe-ipv4 169.254.9.9 --virtual-interface eth7");

    assertThat(read)
        .isInstanceOfSatisfying(
            Arguments.Read.Run.class,
            run -> {
              var arguments = run.arguments();
              assertThat(arguments.action()).isEqualTo(Arguments.Action.ADD);
              assertThat(arguments.netns()).isEqualTo(Path.of("/run/netns/a"));
              assertThat(arguments.flavour()).contains(PodRules.Flavour.IPTABLES);
              var wanted = arguments.wishes().in(List.of(Family.IPV4));
              assertThat(wanted.dns()).isEqualTo(Redirection.Dns.CAPTURED);
              assertThat(wanted.inbound()).isEqualTo(Redirection.Inbound.LEFT_ALONE);
              assertThat(wanted.probe(Family.IPV4)).isEqualTo("169.254.9.9");
              assertThat(wanted.interfaces()).containsExactly("eth7");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "enrol|unknown action `enrol`",
        "add|missing `--netns PATH`",
        "add --netns|`--netns` needs a value",
        "add --netns=|missing `--netns PATH`",
        "add --netns /a --rules ebpf|`--rules` is `nftables` or `iptables`, not `ebpf`",
        "add --netns /a --colour red|unknown option `--colour`",
        "add --netns /a --colour=red|unknown option `--colour`",
        "add --netns /a --dns=on|`--dns` takes no value",
        "add --netns /a --probe-ipv4 here|`here` is no address",
        "add --netns /a --probe-ipv4 ::1|`::1` is of the other protocol",
        "add --netns /a --virtual-interface a;b|`a;b` is no name of an interface",
        "add --netns /a --virtual-interface -j|`-j` is no name of an interface",
      })
  void what_cannot_be_understood_is_named(String line, String problem) {
    assertThat(parse(line))
        .isInstanceOfSatisfying(
            Arguments.Read.Wrong.class, wrong -> assertThat(wrong.problem()).startsWith(problem));
  }

  @Test
  void help_is_given_whatever_else_is_said() {
    assertThat(parse("add --netns --help")).isInstanceOf(Arguments.Read.Help.class);
  }
}
