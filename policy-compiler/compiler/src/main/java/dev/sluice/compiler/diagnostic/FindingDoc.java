package dev.sluice.compiler.diagnostic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// The documentation of one code: what it means, why it matters, an example and its repair.
///
/// There is one Markdown resource per code, `dev/sluice/compiler/findings/<CODE>.md`; the page of
/// all findings, `sluice why` and the rules of SARIF reports are made from it.
public record FindingDoc(Code code, String what, String why, Section example, Section fix) {

  private static final String FOLDER = "/dev/sluice/compiler/findings/";
  private static final String FENCE = "```";

  /// Words and the blocks of code that go with them; there may be no words.
  public record Section(String words, List<Block> blocks) {
    public Section {
      blocks = List.copyOf(blocks);
    }

    private static final Section NONE = new Section("", List.of());
  }

  /// A block of code. `info` is what stands behind the fence: `yaml` for a policy file, `yaml shop`
  /// for one beside the mesh of {@link #shop}, `yaml sluice.yaml` for settings, `console` for a
  /// session.
  public record Block(String info, List<String> lines) {
    public Block {
      lines = List.copyOf(lines);
    }

    /// What the block is written in: `yaml` or `console`.
    public String language() {
      int end = info.indexOf(' ');
      return end < 0 ? info : info.substring(0, end);
    }
  }

  /// The documentation of a code. Every code has one; a missing or malformed one is a defect of the
  /// build.
  public static FindingDoc of(Code code) {
    return parse(code, resource(code.id() + ".md"));
  }

  /// The mesh of the examples marked `yaml shop`: Kubernetes objects in YAML.
  public static String shop() {
    return resource("shop.yaml");
  }

  private static String resource(String name) {
    try (InputStream stream = FindingDoc.class.getResourceAsStream(FOLDER + name)) {
      if (stream == null) {
        throw new IllegalStateException("no documentation " + name);
      }
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /// Reads Markdown with the title `# CODE slug` and the sections What, Why, Example and Fix, in
  /// that order.
  static FindingDoc parse(Code code, String markdown) {
    Iterator<String> lines = markdown.lines().toList().iterator();
    Section title = section("# " + code.id() + " " + code.slug(), lines, "## What");
    if (!title.equals(Section.NONE)) {
      throw malformed(code.id() + " says something before `## What`");
    }
    Section what = section("", lines, "## Why");
    Section why = section("", lines, "## Example");
    Section example = section("", lines, "## Fix");
    Section fix = section("", lines, "");
    if (what.words().isEmpty() || why.words().isEmpty() || fix.words().isEmpty()) {
      throw malformed(code.id() + " leaves a section without words");
    }
    if (example.blocks().isEmpty() || fix.blocks().isEmpty()) {
      throw malformed(code.id() + " lacks the code of an example or its repair");
    }
    return new FindingDoc(code, what.words(), why.words(), example, fix);
  }

  /// The lines up to the heading `end`, or to the last one when `end` is empty; the first must be
  /// `start` unless that is empty.
  private static Section section(String start, Iterator<String> lines, String end) {
    if (!start.isEmpty() && !(lines.hasNext() && lines.next().equals(start))) {
      throw malformed("the title is not `" + start + "`");
    }
    var words = new ArrayList<String>();
    var blocks = new ArrayList<Block>();
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("#")) {
        if (line.equals(end)) {
          return new Section(String.join(" ", words), blocks);
        }
        throw malformed("`" + line + "` where `" + end + "` belongs");
      }
      if (line.startsWith(FENCE)) {
        blocks.add(block(line.substring(FENCE.length()), lines));
      } else if (!line.isBlank()) {
        words.add(line.strip());
      }
    }
    if (!end.isEmpty()) {
      throw malformed("`" + end + "` is missing");
    }
    return new Section(String.join(" ", words), blocks);
  }

  private static Block block(String info, Iterator<String> lines) {
    var inside = new ArrayList<String>();
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.equals(FENCE)) {
        return new Block(info, inside);
      }
      inside.add(line);
    }
    throw malformed("a block of code does not end");
  }

  private static IllegalStateException malformed(String what) {
    return new IllegalStateException("malformed documentation: " + what);
  }
}
