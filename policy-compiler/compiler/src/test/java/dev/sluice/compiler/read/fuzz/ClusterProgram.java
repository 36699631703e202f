package dev.sluice.compiler.read.fuzz;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The reader that kubectl itself is built from, run as a program beside the fuzzer: `ci/fuzz`.
///
/// Asked only when `-Dsluice.fuzz.program=PATH` names it. A file goes in and its objects come out,
/// each with its length in front.
final class ClusterProgram {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final Optional<ClusterProgram> GIVEN =
      Optional.ofNullable(System.getProperty("sluice.fuzz.program")).map(ClusterProgram::new);

  private final DataOutputStream in;
  private final DataInputStream out;

  private ClusterProgram(String path) {
    try {
      Process process =
          new ProcessBuilder(path).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      in = new DataOutputStream(process.getOutputStream());
      out = new DataInputStream(process.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The program, when one was named.
  static Optional<ClusterProgram> ifGiven() {
    return GIVEN;
  }

  /// The objects of a file, lists expanded; empty when the program refuses it, for then nothing is
  /// applied.
  Optional<List<Object>> read(byte[] file) {
    try {
      in.writeInt(file.length);
      in.write(file);
      in.flush();
      byte[] answer = new byte[out.readInt()];
      out.readFully(answer);
      JsonNode json = JSON.readTree(answer);
      if (json.hasNonNull("error")) {
        return Optional.empty();
      }
      List<Object> objects = new ArrayList<>();
      for (JsonNode document : json.path("documents")) {
        ClusterReader.expand(JSON.convertValue(document, Object.class), objects);
      }
      return Optional.of(objects);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
