package dev.sluice.ztunnel.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.ztunnel.dns.DnsQuery.Parsed;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;

/// Reads the messages of `ReplyFuzzTestInputs` as replies to one query; with `JAZZER_FUZZ=1` Jazzer
/// goes on from there.
class ReplyFuzzTest {

  private static final UnpooledByteBufAllocator HEAP = new UnpooledByteBufAllocator(false);
  private static final byte[] QUERY = Messages.query(0x3131, "example.org", Messages.A);

  @FuzzTest(maxDuration = "10m")
  void a_reply_is_taken_only_when_it_repeats_the_question_and_stays_within_bounds(byte[] message) {
    if (!(DnsQuery.parse(Unpooled.wrappedBuffer(QUERY)) instanceof Parsed.Asked(var query))) {
      throw new AssertionError("no query");
    }
    Reply.to(query, query.id(), message)
        .ifPresent(reply -> {
          assertThat(Arrays.copyOf(message, 2)).isEqualTo(Arrays.copyOf(QUERY, 2));
          assertThat(reply.secondsToKeep()).isNotNegative();
          byte[] whole = Messages.bytes(reply.answer(HEAP, query, 5, 0xffff));
          assertThat(whole).hasSameSizeAs(message);
          byte[] cut = Messages.bytes(reply.answer(HEAP, query, 5, Edns.LEAST_PAYLOAD));
          assertThat(cut.length).isLessThanOrEqualTo(Edns.LEAST_PAYLOAD);
        });
  }
}
