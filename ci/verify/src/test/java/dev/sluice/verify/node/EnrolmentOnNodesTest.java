package dev.sluice.verify.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ztunnel.redirect.RedirectCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The ways a pod comes under a ztunnel: told by a node agent, with a ztunnel of its own, and the
/// rules by hand.
@NeedsNamespaces
@Timeout(120)
class EnrolmentOnNodesTest {

  @TempDir Path home;
  private NodeBed bed;

  @BeforeEach
  void lay() {
    bed = NodeBed.in(home);
  }

  @AfterEach
  void clear() {
    bed.close();
  }

  @Test
  void a_node_agent_hands_over_pods_and_learns_that_they_are_served() throws IOException {
    var web = bed.pod(1, "web");
    var near = bed.pod(1, "near");
    var api = bed.pod(2, "api");
    bed.told(NodeBed.Telling.BY_AGENT);
    bed.start(NodeBed.NO_POLICY);

    assertThat(web.curl(api.url()).body()).isEqualTo("api saw " + web.ip());
    assertThat(near.curl(web.url()).body()).isEqualTo("web saw " + near.ip());
    // Two pods and the end of the snapshot, each acknowledged without an error.
    assertThat(Files.readString(home.resolve("node1/agent.log")).lines())
        .containsExactly("listening", "answer 0a00", "answer 0a00", "answer 0a00");
  }

  @Test
  void a_workload_with_a_ztunnel_of_its_own_talks_with_one_of_a_shared_ztunnel() {
    var machine = bed.dedicated(1, "machine");
    var api = bed.pod(2, "api");
    var stranger = bed.uncaptured(2, "stranger");
    bed.start(NodeBed.NO_POLICY);

    assertThat(machine.curl(api.url()).body()).isEqualTo("api saw " + machine.ip());
    assertThat(api.curl(machine.url()).body()).isEqualTo("machine saw " + api.ip());
    assertThat(api.curl(machine.url6()).body()).isEqualTo("machine saw " + api.ip6());
    assertThat(stranger.curl(machine.url()).body()).isEqualTo("machine saw " + stranger.ip());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nftables", "iptables"})
  void rules_are_added_once_shown_in_full_and_removed_without_a_trace(String kind) {
    BedPod pod = bed.uncaptured(1, "pod");
    String[] options = {"--rules", kind, "--dns", "--virtual-interface", "eth7"};
    String before = state(pod);

    NodeBed.redirect("add", pod, options);
    String once = state(pod);
    NodeBed.redirect("add", pod, options);

    assertThat(state(pod)).isEqualTo(once).isNotEqualTo(before);
    assertThat(NodeBed.redirect("show", pod, options).lines())
        .isNotEmpty()
        .allMatch(line -> line.startsWith("present  "));

    NodeBed.redirect("remove", pod);
    NodeBed.redirect("remove", pod);
    assertThat(pod.run("nft", "list", "ruleset").output()).doesNotContain("redirect", "ISTIO");
    assertThat(pod.run("ip", "rule").output()).doesNotContain("0x111");
    assertThat(missing(pod, options).lines()).allMatch(line -> line.startsWith("missing  "));
  }

  @Test
  void a_rule_that_somebody_took_away_is_shown_as_missing_and_put_back() {
    BedPod pod = bed.uncaptured(1, "pod");
    NodeBed.redirect("add", pod, "--rules", "iptables");
    pod.run("iptables", "-t", "nat", "-F", "ISTIO_PRERT");
    pod.run("ip", "rule", "del", "pref", "32764");

    assertThat(missing(pod, "--rules", "iptables"))
        .contains("missing  ip -4 rule fwmark 0x111/0xfff")
        .contains("missing  iptables -t nat -A ISTIO_PRERT -s 169.254.7.127/32")
        .contains("present  iptables -t nat -A ISTIO_OUTPUT");

    NodeBed.redirect("add", pod, "--rules", "iptables");
    assertThat(NodeBed.redirect("show", pod, "--rules", "iptables")).doesNotContain("missing");
  }

  private static String state(BedPod pod) {
    return pod.run("nft", "-s", "list", "ruleset").output()
        + pod.run("ip", "rule").output()
        + pod.run("ip", "-6", "rule").output()
        + pod.run("ip", "route", "show", "table", "all").output();
  }

  private static String missing(BedPod pod, String... options) {
    var printed = new ByteArrayOutputStream();
    var stream = new PrintStream(printed, true, StandardCharsets.UTF_8);
    var words = new ArrayList<>(List.of("show", "--netns", pod.netns().path().toString()));
    words.addAll(List.of(options));

    assertThat(new RedirectCommand(stream, stream).run(words))
        .isEqualTo(RedirectCommand.EXIT_MISSING);
    return printed.toString(StandardCharsets.UTF_8);
  }
}
