package dev.sluice.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
  private final SigningKey key = Lab.keys(KeyAlgorithm.ED25519, 1).getFirst();

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void what_is_signed_is_the_encoding_of_the_specification() {
    assertThat(
            Envelope.preAuthenticationEncoding(
                "http://example.com/HelloWorld", utf8("hello world")))
        .isEqualTo(utf8("DSSEv1 29 http://example.com/HelloWorld 11 hello world"));
    assertThat(Envelope.preAuthenticationEncoding("é", utf8("ü")))
        .isEqualTo(utf8("DSSEv1 2 é 2 ü"));
    assertThat(Envelope.preAuthenticationEncoding("", new byte[0])).isEqualTo(utf8("DSSEv1 0  0 "));
  }

  @Property(tries = 200)
  void an_envelope_is_read_as_it_was_written(@ForAll byte[] payload, @ForAll String type) {
    String wellFormed = new String(utf8(type), StandardCharsets.UTF_8);
    Envelope envelope = Envelope.sign(wellFormed, payload, List.of(key));

    if (wellFormed.length() <= 256) {
      assertThat(Envelope.parse(envelope.toJson()))
          .isEqualTo(new Envelope.Parsing.Parsed(envelope));
    }
    assertThat(envelope.signers(List.of(key.publicKey()))).containsExactly(key.publicKey());
  }

  @Property(tries = 500)
  void any_bytes_are_an_envelope_or_malformed(@ForAll byte[] bytes) {
    assertThat(Envelope.parse(bytes)).isNotNull();
  }

  @Test
  void the_type_is_signed_too() {
    Envelope signed = Envelope.sign("a", utf8("x"), List.of(key));
    Envelope moved = new Envelope("b", signed.payload(), signed.signatures());

    assertThat(moved.signers(List.of(key.publicKey()))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"payload\":\"\",\"payloadType\":\"\"}",
        "{\"payload\":\"\",\"signatures\":[]}",
        "{\"payloadType\":\"\",\"signatures\":[]}",
        "{\"payload\":1,\"payloadType\":\"\",\"signatures\":[]}",
        "{\"payload\":\"\",\"payloadType\":1,\"signatures\":[]}",
        "{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":{}}",
        "{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[1]}",
        "{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[{}]}",
        "{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[{\"sig\":\"\",\"keyid\":1}]}",
        "{\"payload\":\"aGl\",\"payloadType\":\"\",\"signatures\":[]}",
        "{\"payload\":\"aGk\",\"payloadType\":\"\",\"signatures\":[]}",
        "{\"payload\":\"aGl=\",\"payloadType\":\"\",\"signatures\":[]}",
        "{\"payload\":\"a+_=\",\"payloadType\":\"\",\"signatures\":[]}",
        "{\"payload\":\"aG k=\",\"payloadType\":\"\",\"signatures\":[]}",
        "{'payload':'','payloadType':'','signatures':[]}",
        "{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[],}",
        "/**/{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[]}",
        "\ufeff{\"payload\":\"\",\"payloadType\":\"\",\"signatures\":[]}",
      })
  void anything_else_is_malformed(String json) {
    assertThat(Envelope.parse(utf8(json))).isInstanceOf(Envelope.Parsing.Malformed.class);
  }

  @Test
  void another_encoding_than_utf_8_is_malformed() {
    String json = "{\"payload\":\"aGk=\",\"payloadType\":\"\",\"signatures\":[]}";

    assertThat(Envelope.parse(utf8(json))).isInstanceOf(Envelope.Parsing.Parsed.class);
    assertThat(Envelope.parse(json.getBytes(StandardCharsets.UTF_16BE)))
        .isInstanceOf(Envelope.Parsing.Malformed.class);
    assertThat(Envelope.parse(json.replace("aGk=", "é").getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(Envelope.Parsing.Malformed.class);
  }
}
