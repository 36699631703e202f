package dev.sluice.compiler.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The property can fail: breaking any one placement rule on purpose makes it fail.
class FaultsTest {

  private static final long CASES = 3000;

  static Stream<Fault> faults() {
    return Arrays.stream(Fault.values()).filter(fault -> fault != Fault.NONE);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void the_property_fails_under_a_fault(Fault fault) {
    assertThat(LongStream.range(0, CASES).parallel().anyMatch(seed -> isCaught(seed, fault)))
        .as("%s is noticed within %s cases", fault, CASES)
        .isTrue();
  }

  @Test
  void nothing_is_noticed_without_a_fault() {
    assertThat(LongStream.range(0, 500).parallel().noneMatch(seed -> isCaught(seed, Fault.NONE)))
        .isTrue();
  }

  private static boolean isCaught(long seed, Fault fault) {
    World world = Generator.of(seed);
    Check check = Check.of(world.sound().world(), fault);
    return check.difference(seed).isPresent()
        || !check.untruths().isEmpty()
        || Check.of(world.lenient().sound().world(), fault).weakness(seed).isPresent();
  }
}
