package dev.sluice.ztunnel.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The rules against those of Istio's CNI agent; that they do what they should is for the node bed.
class RulesTest {

  private static final Redirection PLAIN = wanted(Redirection.Dns.LEFT_ALONE);

  private static Redirection wanted(Redirection.Dns dns) {
    return new Redirection(
        List.of(Family.IPV4, Family.IPV6), Map.of(), Redirection.Inbound.CAPTURED, dns, List.of());
  }

  @Test
  void the_rules_of_iptables_are_the_agents_in_its_order() {
    assertThat(IptablesRules.of(PLAIN, Family.IPV4))
        .containsExactly(
            Map.entry(
                "mangle",
                List.of(
                    "-A ISTIO_PRERT -m mark --mark 0x539/0xfff -j CONNMARK --set-xmark"
                        + " 0x111/0xfff",
                    "-A ISTIO_OUTPUT -m connmark --mark 0x111/0xfff -j CONNMARK --restore-mark"
                        + " --nfmask 0xffffffff --ctmask 0xffffffff",
                    "-A PREROUTING -j ISTIO_PRERT",
                    "-A OUTPUT -j ISTIO_OUTPUT")),
            Map.entry(
                "nat",
                List.of(
                    "-A ISTIO_PRERT -s 169.254.7.127/32 -p tcp -m tcp -j ACCEPT",
                    "-A ISTIO_PRERT ! -d 127.0.0.1/32 -p tcp -m tcp ! --dport 15008 -m mark !"
                        + " --mark 0x539/0xfff -j REDIRECT --to-ports 15006",
                    "-A ISTIO_OUTPUT -d 169.254.7.127/32 -p tcp -m tcp -j ACCEPT",
                    "-A ISTIO_OUTPUT -p tcp -m mark --mark 0x111/0xfff -j ACCEPT",
                    "-A ISTIO_OUTPUT ! -d 127.0.0.1/32 -o lo -j ACCEPT",
                    "-A ISTIO_OUTPUT ! -d 127.0.0.1/32 -p tcp -m mark ! --mark 0x539/0xfff -j"
                        + " REDIRECT --to-ports 15001",
                    "-A PREROUTING -j ISTIO_PRERT",
                    "-A OUTPUT -j ISTIO_OUTPUT")));
  }

  @Test
  void ipv6_has_the_same_rules_for_its_own_addresses() {
    assertThat(IptablesRules.of(PLAIN, Family.IPV6).get("nat"))
        .contains(
            "-A ISTIO_PRERT -s fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128 -p tcp -m tcp -j ACCEPT",
            "-A ISTIO_OUTPUT ! -d ::1/128 -o lo -j ACCEPT")
        .noneMatch(rule -> rule.contains("127.0.0.1"));
  }

  @Test
  void names_are_looked_up_by_the_proxy_only_when_asked() {
    assertThat(NftRules.of(PLAIN)).noneMatch(rule -> rule.expression().contains("53 "));
    assertThat(NftRules.of(wanted(Redirection.Dns.CAPTURED)))
        .extracting(NftRules.Rule::expression)
        .contains(
            "oifname != \"lo\" meta mark & 0xfff != 0x539 udp dport 53 counter redirect to :15053",
            "udp dport 53 meta mark & 0xfff == 0x539 counter ct zone set 1");
  }

  @Test
  void the_rules_of_nftables_have_each_a_name_of_their_own() {
    var rules = NftRules.of(wanted(Redirection.Dns.CAPTURED));

    assertThat(rules).extracting(NftRules::comment).doesNotHaveDuplicates();
    assertThat(NftRules.missing(rules, NftRules.adding(rules))).isEmpty();
    assertThat(NftRules.missing(rules, "")).isEqualTo(rules);
  }

  private static final SavedRules NONE = SavedRules.parse("");
  private static final SavedRules ALL =
      SavedRules.parse(
          """
          *mangle
          :PREROUTING ACCEPT [0:0]
          :ISTIO_PRERT - [0:0]
          -A PREROUTING -j ISTIO_PRERT
          -A OUTPUT -j ISTIO_OUTPUT
          COMMIT
          *nat
          :ISTIO_OUTPUT - [0:0]
          -A PREROUTING -j ISTIO_PRERT
          -A PREROUTING -j ISTIO_PRERT
          -A OUTPUT -j ISTIO_OUTPUT
          COMMIT
          """);

  @Test
  void jumps_that_are_there_are_not_added_again() {
    var rules = IptablesRules.of(PLAIN, Family.IPV4);

    assertThat(IptablesRules.adding(rules, NONE)).contains("-A PREROUTING -j ISTIO_PRERT");
    assertThat(IptablesRules.adding(rules, ALL)).doesNotContain("-A PREROUTING -j ISTIO_PRERT");
  }

  @Test
  void everything_of_ours_is_removed_and_nothing_else() {
    assertThat(IptablesRules.removing(NONE)).isEmpty();
    assertThat(IptablesRules.removing(ALL))
        .isEqualTo(
            """
            *mangle
            -D PREROUTING -j ISTIO_PRERT
            -D OUTPUT -j ISTIO_OUTPUT
            -F ISTIO_PRERT
            -X ISTIO_PRERT
            COMMIT
            *nat
            -D PREROUTING -j ISTIO_PRERT
            -D PREROUTING -j ISTIO_PRERT
            -D OUTPUT -j ISTIO_OUTPUT
            -F ISTIO_OUTPUT
            -X ISTIO_OUTPUT
            COMMIT
            """);
  }
}
