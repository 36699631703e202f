package dev.sluice.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.sluice.engine.generate.Shards;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.wire.ShardCodec.Decoded;
import dev.sluice.schemas.bundle.v1.Shard;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShardCodecTest {

  @Provide
  Arbitrary<PolicyShard> shards() {
    return Shards.shard();
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void reads_back_what_it_writes(@ForAll("shards") PolicyShard shard) {
    assertThat(ShardCodec.decode(ShardCodec.encode(shard))).isEqualTo(new Decoded.Shard(shard));
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void writes_equal_shards_as_equal_bytes(@ForAll("shards") PolicyShard shard) {
    byte[] bytes = ShardCodec.encode(shard);
    if (ShardCodec.decode(bytes) instanceof Decoded.Shard(var again)) {
      assertThat(ShardCodec.encode(again)).isEqualTo(bytes);
    }
    assertThat(ShardCodec.encode(shard)).isEqualTo(bytes);
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void never_throws_on_changed_bytes_nor_takes_them_for_the_same(
      @ForAll("shards") PolicyShard shard,
      @ForAll @Size(min = 1, max = 4) List<Integer> places,
      @ForAll byte value) {
    byte[] original = ShardCodec.encode(shard);
    byte[] bytes = original.clone();
    for (int place : places) {
      bytes[Math.floorMod(place, bytes.length)] += value;
    }

    switch (ShardCodec.decode(bytes)) {
      case Decoded.Malformed(var reason) -> assertThat(reason).isNotEmpty();
      case Decoded.Shard(var read) -> assertThat(ShardCodec.encode(read)).isEqualTo(bytes);
    }
  }

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void never_throws_on_cut_or_arbitrary_bytes(
      @ForAll("shards") PolicyShard shard, @ForAll int cut, @ForAll byte[] arbitrary) {
    byte[] bytes = ShardCodec.encode(shard);
    byte[] shortened = java.util.Arrays.copyOf(bytes, Math.floorMod(cut, bytes.length));

    assertThat(ShardCodec.decode(shortened)).isNotEqualTo(new Decoded.Shard(shard));
    assertThat(ShardCodec.decode(arbitrary)).isNotNull();
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void refuses_an_unknown_field_anywhere(@ForAll("shards") PolicyShard shard, @ForAll int place)
      throws InvalidProtocolBufferException {
    Shard message = Shard.parseFrom(ShardCodec.encode(shard));

    Shard changed = (Shard) withUnknownField(message, new int[] {Math.floorMod(place, 40)});

    assertThat(ShardCodec.decode(changed.toByteArray())).isInstanceOf(Decoded.Malformed.class);
  }

  /// Adds a field to the message reached after as many steps as `place` holds, or to the last.
  private static Message withUnknownField(Message message, int[] place) {
    var builder = message.toBuilder();
    for (var field : message.getAllFields().entrySet()) {
      boolean nested = field.getKey().getJavaType().name().equals("MESSAGE");
      if (nested && !field.getKey().isMapField() && place[0] > 0) {
        place[0]--;
        if (field.getValue() instanceof List<?> list) {
          int last = list.size() - 1;
          builder.setRepeatedField(
              field.getKey(), last, withUnknownField((Message) list.get(last), place));
        } else {
          builder.setField(field.getKey(), withUnknownField((Message) field.getValue(), place));
        }
        if (place[0] < 0) {
          return builder.build();
        }
      }
    }
    place[0] = -1;
    var unknown =
        UnknownFieldSet.newBuilder()
            .addField(999, UnknownFieldSet.Field.newBuilder().addVarint(1).build());
    return builder.setUnknownFields(unknown.build()).build();
  }

  @Test
  void writes_maps_in_one_order() {
    Map<String, String> forward = new LinkedHashMap<>();
    Map<String, String> backward = new TreeMap<>(java.util.Comparator.reverseOrder());
    for (int i = 0; i < 50; i++) {
      forward.put("k" + i, "v");
      backward.put("k" + i, "v");
    }

    assertThat(ShardCodec.encode(selecting(forward)))
        .isEqualTo(ShardCodec.encode(selecting(backward)));
  }

  private static PolicyShard selecting(Map<String, String> labels) {
    var policy =
        new AuthorizationPolicy(
            new PolicyId("AuthorizationPolicy", "shop", "a"),
            new Scope.Selected("shop", labels),
            AuthorizationPolicy.Action.ALLOW,
            List.of());
    return new PolicyShard(
        SmallShard.SMALL.point(),
        SmallShard.SMALL.mesh(),
        List.of(policy),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  @Test
  void refuses_a_field_repeated_or_out_of_order() {
    byte[] bytes = ShardCodec.encode(SmallShard.SMALL);
    var twice = new ByteArrayOutputStream();
    twice.writeBytes(bytes);
    twice.writeBytes(Shard.newBuilder().setPoint("ztunnel").build().toByteArray());

    assertThat(ShardCodec.decode(twice.toByteArray()))
        .isEqualTo(new Decoded.Malformed("the encoding is not canonical"));
  }

  @Test
  void refuses_oversized_bytes_before_reading_them() {
    assertThat(ShardCodec.decode(new byte[ShardCodec.MAX_BYTES + 1]))
        .isInstanceOfSatisfying(
            Decoded.Malformed.class,
            malformed -> assertThat(malformed.reason()).contains("exceed"));
  }

  @Test
  void refuses_nested_conditions_beyond_the_cap_both_ways() throws InvalidProtocolBufferException {
    Condition deepest = nested(ShardCodec.MAX_DEPTH - 1);
    assertThat(ShardCodec.decode(ShardCodec.encode(ruled(deepest))))
        .isEqualTo(new Decoded.Shard(ruled(deepest)));

    assertThatThrownBy(() -> ShardCodec.encode(ruled(nested(ShardCodec.MAX_DEPTH))))
        .isInstanceOf(IllegalArgumentException.class);

    assertThat(ShardCodec.decode(negated(40)))
        .isEqualTo(new Decoded.Malformed("condition nested deeper than 32"));
    assertThat(ShardCodec.decode(negated(100_000))).isInstanceOf(Decoded.Malformed.class);
  }

  /// A shard whose one rule negates so often; written by hand, as builders recurse.
  private static byte[] negated(int levels) throws InvalidProtocolBufferException {
    var inner = new ArrayDeque<byte[]>();
    int length = 0;
    for (int i = 0; i < levels; i++) {
      byte[] head = head(3, length);
      inner.push(head);
      length += head.length;
    }
    var rule = new ByteArrayOutputStream();
    rule.writeBytes(head(2, length));
    inner.forEach(rule::writeBytes);
    var policy = new ByteArrayOutputStream();
    policy.writeBytes(
        SmallShard.small().getPolicies(0).toBuilder().clearRules().build().toByteArray());
    policy.writeBytes(head(4, rule.size()));
    policy.writeBytes(rule.toByteArray());
    var shard = new ByteArrayOutputStream();
    shard.writeBytes(SmallShard.small().clearPolicies().build().toByteArray());
    shard.writeBytes(head(3, policy.size()));
    shard.writeBytes(policy.toByteArray());
    return shard.toByteArray();
  }

  /// The tag and length of a nested message.
  private static byte[] head(int field, int length) {
    var out = new ByteArrayOutputStream();
    out.write((field << 3) | 2);
    int rest = length;
    while (rest > 0x7f) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
    return out.toByteArray();
  }

  private static Condition nested(int levels) {
    Condition condition = new Condition.WorkloadPort(80);
    for (int i = 0; i < levels; i++) {
      condition = new Condition.AllOf(List.of(condition));
    }
    return condition;
  }

  private static PolicyShard ruled(Condition condition) {
    var policy =
        new AuthorizationPolicy(
            new PolicyId("AuthorizationPolicy", "shop", "a"),
            new Scope.Mesh(),
            AuthorizationPolicy.Action.ALLOW,
            List.of(new AuthorizationPolicy.Rule(0, condition)));
    return new PolicyShard(
        SmallShard.SMALL.point(),
        SmallShard.SMALL.mesh(),
        List.of(policy),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void refuses_the_empty_input_and_noise(@ForAll("noise") byte[] bytes) {
    assertThat(ShardCodec.decode(bytes)).isInstanceOf(Decoded.Malformed.class);
  }

  @Provide
  Arbitrary<byte[]> noise() {
    return Arbitraries.of(
        new byte[0],
        new byte[] {0},
        new byte[] {-1, -1},
        "ztunnel".getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
