package dev.sluice.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

  private static final Map<String, String> LEAST =
      Map.of(
          "SLUICE_BUNDLE_DIR", "/b",
          "SLUICE_TRUST_ROOT", "/r.json",
          "SLUICE_STATE_DIR", "/s",
          "LOCAL_XDS_PATH", "/m.yaml",
          "SLUICE_CERTIFICATES_DIR", "/c");

  private static Environment with(String... pairs) {
    var variables = new HashMap<>(LEAST);
    for (int i = 0; i < pairs.length; i += 2) {
      variables.put(pairs[i], pairs[i + 1]);
    }
    return Environment.of(variables);
  }

  @Test
  void the_least_environment_reads_with_upstreams_defaults() {
    var environment = with();
    var settings = Settings.read(environment);

    assertThat(environment.problems()).isEmpty();
    assertThat(settings.addresses().admin().toString()).isEqualTo("/127.0.0.1:15000");
    assertThat(settings.addresses().readiness().getPort()).isEqualTo(15_021);
    assertThat(settings.policy().audience()).isEqualTo("cluster.local");
    assertThat(settings.drainDeadline()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void every_problem_is_collected() {
    var environment =
        Environment.of(
            Map.of(
                "TRUST_DOMAIN", "No Such",
                "ADMIN_ADDRESS", "0.0.0.0:15000",
                "STATS_ADDRESS", "example.com:80",
                "CONNECTION_TERMINATION_DEADLINE", "soon",
                "LOG_FORMAT", "xml",
                "SLUICE_BUNDLE_DIR", "/b"));
    Settings.read(environment);
    Settings.requireSources(environment);

    assertThat(environment.problems())
        .containsExactlyInAnyOrder(
            "invalid TRUST_DOMAIN=`No Such`: expected a trust domain name",
            "SLUICE_TRUST_ROOT is required",
            "SLUICE_STATE_DIR is required",
            "LOCAL_XDS_PATH or XDS_ADDRESS is required",
            "SLUICE_CERTIFICATES_DIR or CA_ADDRESS is required",
            "invalid ADMIN_ADDRESS=`0.0.0.0:15000`: expected a loopback address",
            "invalid STATS_ADDRESS=`example.com:80`: expected `address:port`",
            "invalid CONNECTION_TERMINATION_DEADLINE=`soon`: expected a duration such as 30s",
            "invalid LOG_FORMAT=`xml`: expected one of json, plain");
  }

  @Test
  void the_drain_deadline_follows_the_grace_period_unless_it_is_given() {
    assertThat(deadline("TERMINATION_GRACE_PERIOD_SECONDS", "30"))
        .isEqualTo(Duration.ofSeconds(25));
    assertThat(deadline("TERMINATION_GRACE_PERIOD_SECONDS", "4")).isEqualTo(Duration.ofSeconds(3));
    assertThat(
            deadline(
                "TERMINATION_GRACE_PERIOD_SECONDS", "30", "CONNECTION_TERMINATION_DEADLINE", "1m"))
        .isEqualTo(Duration.ofMinutes(1));
  }

  private static Duration deadline(String... pairs) {
    return Settings.read(with(pairs)).drainDeadline();
  }

  @Test
  void addresses_are_literals_only() {
    assertThat(Environment.parseAddress("[::1]:80")).isPresent();
    assertThat(Environment.parseAddress(":0")).isPresent();
    assertThat(Environment.parseAddress("::1:80")).isEmpty();
    assertThat(Environment.parseAddress("10.0.0.1")).isEmpty();
    assertThat(Environment.parseAddress("10.0.0.1/8:80")).isEmpty();
    assertThat(Environment.parseAddress("10.0.0.1:70000")).isEmpty();
  }
}
