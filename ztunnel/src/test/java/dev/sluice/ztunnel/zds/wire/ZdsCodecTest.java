package dev.sluice.ztunnel.zds.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.zds.WorkloadResponse;
import dev.sluice.ztunnel.zds.wire.ZdsCodec.Decoded;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ZdsCodecTest {

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  @Test
  void the_field_numbers_are_those_of_the_agent() {
    // add{uid "u", workload_info{name "n", namespace "s", service_account "a"}}
    assertThat(ZdsCodec.decode(hex("0a 0e 0a 01 75 12 09 0a 01 6e 12 01 73 1a 01 61")))
        .isEqualTo(new Decoded.Asked(new Request.Add("u", "s", "n", "a")));
    assertThat(ZdsCodec.decode(hex("12 03 0a 01 75")))
        .isEqualTo(new Decoded.Asked(new Request.Delete("u")));
    assertThat(ZdsCodec.decode(hex("1a 00")))
        .isEqualTo(new Decoded.Asked(new Request.SnapshotSent()));
    assertThat(ZdsCodec.decode(hex("2a 03 0a 01 75")))
        .isEqualTo(new Decoded.Asked(new Request.Keep("u")));
    assertThat(ZdsCodec.hello()).isEqualTo(hex("08 01"));
    assertThat(ZdsCodec.done()).isEqualTo(hex("0a 00"));
    assertThat(ZdsCodec.failed("no")).isEqualTo(hex("0a 04 0a 02 6e 6f"));
  }

  @Test
  void fields_of_later_versions_are_no_reason_to_refuse_a_pod() {
    // the same with field 4 (a trust domain) and an unknown field 15
    assertThat(
            ZdsCodec.decode(
                hex("0a 14 0a 01 75 12 0c 0a 01 6e 12 01 73 1a 01 61 22 01 74 7a 01 78")))
        .isEqualTo(new Decoded.Asked(new Request.Add("u", "s", "n", "a")));
  }

  @Test
  void a_reason_always_fits_a_packet_and_is_never_empty() throws Exception {
    assertThat(ZdsCodec.failed("é".repeat(5_000))).hasSizeLessThan(ZdsCodec.MOST_BYTES);
    assertThat(WorkloadResponse.parseFrom(ZdsCodec.failed("")).getAck().getError()).isNotEmpty();
  }
}
