package dev.sluice.compiler.read.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.random.RandomGenerator;

/// Makes new files of known ones: cuts, copies, swaps and splices, and plants what YAML readers are
/// known to quarrel about.
public final class Mutator {

  private static final List<String> DICTIONARY =
      List.of(
          "---\n",
          "\n---\n",
          "--- ",
          "---#",
          "...\n",
          "\n...\n",
          "%YAML 1.1\n",
          "? ",
          ": ",
          "- ",
          "-\t",
          ":\t",
          "\t",
          "\n",
          "\r\n",
          "\r",
          "  ",
          "#",
          " #",
          "{",
          "}",
          "[",
          "]",
          ",",
          "'",
          "\"",
          "|",
          ">",
          "|-\n",
          ">+2\n",
          "&a ",
          "*a",
          "<<: ",
          "!!str ",
          "! ",
          "~",
          "null",
          "yes",
          "off",
          "y",
          "0755",
          "0o17",
          "1_000",
          "-_1",
          "1e3",
          ".5",
          "+1",
          "80.0",
          "0x1F",
          "1:30",
          "2024-01-01",
          ".inf",
          "9007199254740993",
          "\uFEFF",
          "\u0085",
          "\u2028",
          "\u200B",
          "\u202E",
          "\0",
          "\"\\0\"",
          "\"\\ud800\"",
          "\"\\x41\"",
          "\"a\\\n b\"",
          "''",
          "\"\"",
          "items:\n",
          "kind: List\n",
          "kind: ",
          "apiVersion: v1\n",
          "metadata: ",
          "{{ .x }}",
          "a: b\n",
          "a:\n",
          "a: |\n  b\n",
          "\n \n",
          "\\",
          "@",
          "`",
          "é",
          "\u00A0",
          "\u3000",
          "=",
          "<<");

  private final RandomGenerator random;
  private final List<byte[]> seeds;

  public Mutator(RandomGenerator random, List<byte[]> seeds) {
    this.random = random;
    this.seeds = seeds;
  }

  /// A file a few steps away from a seed.
  public byte[] next() {
    byte[] bytes = seed();
    int steps = 1 + random.nextInt(6);
    for (int i = 0; i < steps; i++) {
      bytes = step(bytes);
    }
    return bytes;
  }

  private byte[] seed() {
    return seeds.get(random.nextInt(seeds.size()));
  }

  private byte[] step(byte[] bytes) {
    int at = random.nextInt(bytes.length + 1);
    int end = Math.min(bytes.length, at + 1 + random.nextInt(24));
    return switch (random.nextInt(8)) {
      case 0 -> join(bytes, at, new byte[0], end);
      case 1 -> join(bytes, at, java.util.Arrays.copyOfRange(bytes, at, end), at);
      case 2 -> join(bytes, at, new byte[] {(byte) (32 + random.nextInt(96))}, at);
      case 3 -> splice(bytes, at);
      case 4 -> join(bytes, lineStart(bytes, at), word(), lineStart(bytes, at));
      default -> join(bytes, at, word(), random.nextInt(3) == 0 ? end : at);
    };
  }

  private byte[] splice(byte[] bytes, int at) {
    byte[] other = seed();
    int from = random.nextInt(other.length + 1);
    int to = Math.min(other.length, from + random.nextInt(80));
    return join(bytes, at, java.util.Arrays.copyOfRange(other, from, to), at);
  }

  private byte[] word() {
    return DICTIONARY.get(random.nextInt(DICTIONARY.size())).getBytes(UTF_8);
  }

  private static int lineStart(byte[] bytes, int from) {
    int at = Math.min(from, bytes.length);
    while (at > 0 && bytes[at - 1] != '\n') {
      at--;
    }
    return at;
  }

  private static byte[] join(byte[] bytes, int head, byte[] middle, int tail) {
    var out = new ByteArrayOutputStream(bytes.length + middle.length);
    out.write(bytes, 0, head);
    out.writeBytes(middle);
    out.write(bytes, tail, bytes.length - tail);
    return out.toByteArray();
  }
}
