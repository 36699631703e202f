package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.read.Node.Style;
import org.jspecify.annotations.Nullable;

/// The checks on scalars that decide what the mesh does: every scalar of a policy, and the fields
/// of other objects that are read.
public final class ScalarCheck {

  static final Text TEMPLATE =
      new Text(
          "template expression `{{`",
          "what would be applied is the rendered text, which is not here",
          "render first, for example with `helm template`, and check the output");

  private static final int MAX_SCALAR = 64 * 1024;
  private static final int SHOWN = 40;

  private final Diagnostics diagnostics;
  private final @Nullable ResourceRef resource;
  private boolean clean = true;

  private ScalarCheck(Diagnostics diagnostics, @Nullable ResourceRef resource) {
    this.diagnostics = diagnostics;
    this.resource = resource;
  }

  /// Checks every key and scalar below `node`; false after a finding.
  public static boolean check(Node node, @Nullable ResourceRef resource, Diagnostics diagnostics) {
    ScalarCheck check = new ScalarCheck(diagnostics, resource);
    check.visit(node);
    return check.clean;
  }

  private void visit(Node node) {
    switch (node) {
      case MappingNode mapping -> {
        for (Entry entry : mapping.entries()) {
          scalar(entry.key());
          visit(entry.value());
        }
      }
      case SequenceNode sequence -> sequence.items().forEach(this::visit);
      case ScalarNode scalar -> scalar(scalar);
    }
  }

  private void scalar(ScalarNode scalar) {
    String text = scalar.text();
    if (text.length() > MAX_SCALAR) {
      report(
          Code.TOO_LARGE,
          scalar,
          new Text("value has " + text.length() + " characters, more than " + MAX_SCALAR, "", ""));
    } else if (scalar.style() == Style.PLAIN && Scalars.isAmbiguous(text)) {
      report(Code.AMBIGUOUS_SCALAR, scalar, ambiguous(text));
    } else if (text.contains("{{")) {
      report(Code.TEMPLATE, scalar, TEMPLATE);
    } else {
      text.codePoints()
          .filter(TextCheck::isForbidden)
          .findFirst()
          .ifPresent(c ->
              report(
                  Code.FORBIDDEN_CHARACTER,
                  scalar,
                  new Text(
                      "escaped character " + TextCheck.name(c),
                      "it is invisible and has no meaning in any field",
                      "remove it")));
    }
  }

  private void report(Code code, ScalarNode scalar, Text text) {
    clean = false;
    diagnostics.report(code, scalar.span(), resource, text);
  }

  private static Text ambiguous(String text) {
    String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    boolean isNull = text.equals("~") || text.equalsIgnoreCase("null");
    boolean isWord = text.chars().allMatch(Character::isLetter);
    String other =
        isNull
            ? "leave the field out"
            : isWord ? "write `true` or `false`" : "write a plain decimal number";
    return new Text(
        "`" + shown + "` means different things to YAML readers",
        "Kubernetes reads YAML 1.1, where unquoted words and numbers like this are not text",
        "quote it if it is text: `\"" + shown + "\"`; otherwise " + other);
  }
}
