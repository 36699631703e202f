package dev.sluice.ztunnel.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runtime.process.Environment;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DnsSettingsTest {

  private static DnsSettings read(Map<String, String> variables) {
    var environment = Environment.of(variables);
    var settings = DnsSettings.read(environment);
    assertThat(environment.problems()).isEmpty();
    return settings;
  }

  @Test
  void by_default_it_listens_on_both_loopback_addresses() {
    var settings = read(Map.of());

    assertThat(settings.mode()).isEqualTo(DnsSettings.Mode.ON);
    assertThat(settings.addresses())
        .extracting(Object::toString)
        .containsExactly("/127.0.0.1:15053", "/[0:0:0:0:0:0:0:1]:15053");
    assertThat(settings.resolverFile()).isEqualTo(Path.of("/etc/resolv.conf"));
    assertThat(read(Map.of("IPV6_ENABLED", "false")).addresses()).hasSize(1);
  }

  @Test
  void metadata_says_the_same_as_the_plain_variable_and_wins() {
    var settings =
        read(
            Map.of(
                "DNS_CAPTURE", "true",
                "ISTIO_META_DNS_CAPTURE", "false",
                "DNS_PROXY_ADDR", "127.0.0.1:1053",
                "CLUSTER_DOMAIN", "example.internal"));

    assertThat(settings.mode()).isEqualTo(DnsSettings.Mode.OFF);
    assertThat(settings.addresses())
        .extracting(Object::toString)
        .containsExactly("/127.0.0.1:1053");
    assertThat(settings.clusterDomain()).isEqualTo("example.internal");
  }

  @Test
  void everything_wrong_is_said_at_once() {
    var environment =
        Environment.of(
            Map.of(
                "DNS_CAPTURE", "perhaps",
                "DNS_PROXY_ADDR", "here",
                "SLUICE_RESOLV_CONF", "/no/such/file"));
    DnsSettings.read(environment);

    assertThat(environment.problems()).hasSize(3);
  }
}
