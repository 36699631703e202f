package dev.sluice.runtime.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransportTest {

  @Test
  void native_transport_and_boringssl_are_there() {
    assertThat(Transport.require())
        .isInstanceOfSatisfying(
            Transport.Requirement.Met.class, met -> assertThat(met.tls()).contains("BoringSSL"));
  }

  @Test
  void event_loops_are_named() throws Exception {
    try (Transport transport = Transport.start(1)) {
      String name = transport.loops().submit(() -> Thread.currentThread().getName()).get();

      assertThat(name).startsWith("io-");
      assertThat(transport.bootstrapServer().config().group()).isSameAs(transport.loops());
    }
  }
}
