package dev.sluice.ztunnel.zds.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.ztunnel.zds.wire.ZdsCodec.Decoded;

/// Reads the packets of `ZdsCodecFuzzTestInputs`; with `JAZZER_FUZZ=1` Jazzer goes on from there.
class ZdsCodecFuzzTest {

  @FuzzTest(maxDuration = "10m")
  void a_packet_is_a_request_with_sound_names_or_malformed(byte[] packet) {
    switch (ZdsCodec.decode(packet)) {
      case Decoded.Malformed(var reason) -> assertThat(reason).isNotEmpty().isPrintable();
      case Decoded.Asked(Request.Add(var uid, var namespace, var name, var account)) -> {
        assertThat(packet.length).isLessThanOrEqualTo(ZdsCodec.MOST_BYTES);
        assertSound(uid);
        assertSound(namespace);
        assertSound(name);
        assertSound(account);
      }
      case Decoded.Asked(Request.Keep(var uid)) -> assertSound(uid);
      case Decoded.Asked(Request.Delete(var uid)) -> assertSound(uid);
      case Decoded.Asked(Request.SnapshotSent()) -> assertThat(packet).isNotEmpty();
    }
  }

  private static void assertSound(String name) {
    assertThat(name).isNotEmpty().isPrintable().doesNotContain("/", " ", "\"");
    assertThat(name.length()).isLessThanOrEqualTo(253);
  }
}
