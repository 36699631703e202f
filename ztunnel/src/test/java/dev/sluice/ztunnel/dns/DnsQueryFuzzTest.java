package dev.sluice.ztunnel.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.ztunnel.dns.DnsQuery.Parsed;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetAddress;
import java.util.List;

/// Reads the messages of `DnsQueryFuzzTestInputs` as queries; with `JAZZER_FUZZ=1` Jazzer goes on
/// from there.
class DnsQueryFuzzTest {

  private static final UnpooledByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);

  @FuzzTest(maxDuration = "10m")
  void whatever_is_asked_is_answered_by_a_message_that_repeats_the_question(byte[] message) {
    ByteBuf in = Unpooled.wrappedBuffer(message);
    switch (DnsQuery.parse(in)) {
      case Parsed.Ignored() -> {}
      case Parsed.Refused refused ->
          assertThat(Messages.read(Messages.bytes(MessageWriter.refusal(HEAP, refused))).code())
              .isEqualTo(refused.code() & 0xf);
      case Parsed.Asked(var query) -> check(query);
    }
    assertThat(in.refCnt()).isEqualTo(1);
    assertThat(in.readerIndex()).isZero();
  }

  private static void check(DnsQuery query) {
    assertThat(query.asked().length).isBetween(5, 259);
    assertThat(query.sameness()).hasSizeGreaterThanOrEqualTo(query.asked().length);
    NameCandidates.ofPod("shop", "cluster.local").of(query.name(), "shop");
    var known =
        new MeshAnswer.Known("proper.example.com", List.of(InetAddress.ofLiteral("192.0.2.1")));
    byte[] answer =
        Messages.bytes(MessageWriter.addresses(HEAP, query, known, query.edns().mostBytes()));
    assertThat(answer.length).isLessThanOrEqualTo(query.edns().mostBytes());
    assertThat(Messages.read(answer).id()).isEqualTo(query.id());
    byte[] onward = Messages.bytes(MessageWriter.onward(HEAP, query, 77));
    var again = DnsQuery.parse(Unpooled.wrappedBuffer(onward));
    assertThat(again).isInstanceOf(Parsed.Asked.class);
    assertThat(((Parsed.Asked) again).query().asked()).isEqualTo(query.asked());
  }
}
