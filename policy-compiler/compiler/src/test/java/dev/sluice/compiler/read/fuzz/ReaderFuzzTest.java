package dev.sluice.compiler.read.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/// Reads the files of `ReaderFuzzTestInputs`; with `JAZZER_FUZZ=1` Jazzer goes on from there, led
/// by coverage, for as long as `JAZZER_MAX_DURATION` says.
class ReaderFuzzTest {

  @FuzzTest(maxDuration = "10m")
  void what_is_accepted_is_what_a_cluster_would_be_given(byte[] file) {
    ReaderTarget.check(file);
  }
}
