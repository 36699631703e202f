package dev.sluice.runtime.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlPlaneTest {

  @ParameterizedTest
  @CsvSource({
    "https://istiod.istio-system.svc:15012, istiod.istio-system.svc:15012",
    "istiod.istio-system.svc:15012, istiod.istio-system.svc:15012",
    "istiod.istio-system.svc, istiod.istio-system.svc:15012",
    "https://10.0.0.1:443/, 10.0.0.1:443",
    "'https://[fd00::1]:15012', '[fd00::1]:15012'"
  })
  void an_address_has_a_host_and_a_port(String text, String expected) {
    assertThat(ControlPlane.Address.parse(text)).hasToString("Optional[" + expected + "]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "http://istiod:15010",
        "https://user@istiod:15012",
        "https://istiod:15012/path",
        "https://istiod:0",
        "https://istiod:65536",
        "https://istiod:15012?x=y",
        "not an address"
      })
  void what_is_no_address_or_not_tls_is_refused(String text) {
    assertThat(ControlPlane.Address.parse(text)).isEmpty();
  }

  @Test
  void a_token_is_not_in_any_text() {
    assertThat(new ControlPlane.Token.Literal("s3cret").toString()).doesNotContain("s3cret");
  }
}
