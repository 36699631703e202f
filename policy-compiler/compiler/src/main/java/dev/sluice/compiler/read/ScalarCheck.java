package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.ScalarType;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.read.Node.Style;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The checks on scalars that decide what the mesh does: every scalar of a policy, and of other
/// objects all that placement could look at.
public final class ScalarCheck {

  static final Text TEMPLATE =
      new Text(
          "template expression `{{`",
          "what would be applied is the rendered text, which is not here",
          "render first, for example with `helm template`, and check the output");

  private static final int MAX_SCALAR = 64 * 1024;
  private static final int MAX_FINDINGS = 100;
  private static final int SHOWN = 40;

  /// Parts of topology objects that say nothing about traffic. They are full of values such as
  /// `defaultMode: 0644`, and of templates for other programs.
  private static final Set<String> NOT_OF_THE_MESH =
      Set.of(
          "affinity",
          "annotations",
          "args",
          "command",
          "env",
          "envFrom",
          "lifecycle",
          "managedFields",
          "resources",
          "securityContext",
          "status",
          "tolerations",
          "volumeClaimTemplates",
          "volumeMounts",
          "volumes");

  /// Fields of policies whose values name something that has an ASCII name only: below them,
  /// nothing else is let through.
  private static final Set<String> NAMES =
      Set.of(
          "group",
          "hostname",
          "hostnames",
          "hosts",
          "kind",
          "matchLabels",
          "name",
          "namespace",
          "namespaces",
          "notHosts",
          "notNamespaces",
          "notPrincipals",
          "notServiceAccounts",
          "principals",
          "sectionName",
          "serviceAccounts");

  private final Diagnostics diagnostics;
  private final @Nullable ResourceRef resource;
  private final Set<String> skipped;
  private boolean inName;
  private int findings;

  private ScalarCheck(
      Diagnostics diagnostics, @Nullable ResourceRef resource, Set<String> skipped) {
    this.diagnostics = diagnostics;
    this.resource = resource;
    this.skipped = skipped;
  }

  /// Checks every key and scalar below `node`; false after a finding.
  public static boolean check(Node node, @Nullable ResourceRef resource, Diagnostics diagnostics) {
    return check(node, new ScalarCheck(diagnostics, resource, Set.of()));
  }

  /// Checks what placement could look at in a topology object; false after a finding.
  public static boolean checkTopology(
      Node node, @Nullable ResourceRef resource, Diagnostics diagnostics) {
    return check(node, new ScalarCheck(diagnostics, resource, NOT_OF_THE_MESH));
  }

  private static boolean check(Node node, ScalarCheck check) {
    check.visit(node);
    return check.findings == 0;
  }

  private void visit(Node node) {
    if (findings >= MAX_FINDINGS) {
      return;
    }
    switch (node) {
      case MappingNode mapping -> {
        for (Entry entry : mapping.entries()) {
          if (!skipped.contains(entry.key().text())) {
            entry(entry);
          }
        }
      }
      case SequenceNode sequence -> {
        for (Node item : sequence.items()) {
          visit(item);
        }
      }
      case ScalarNode scalar -> value(scalar);
    }
  }

  private void entry(Entry entry) {
    boolean before = inName;
    inName = inName || NAMES.contains(entry.key().text());
    key(entry.key());
    visit(entry.value());
    inName = before;
  }

  private void key(ScalarNode key) {
    boolean fraction = key.resolve() == ScalarType.NUMBER && key.text().indexOf('.') >= 0;
    if (fraction) {
      report(Code.IMPRECISE_NUMBER, key, imprecise(key.text()));
    } else {
      value(key);
    }
  }

  private void value(ScalarNode scalar) {
    String text = scalar.text();
    if (text.length() > MAX_SCALAR) {
      report(
          Code.TOO_LARGE,
          scalar,
          new Text("value has " + text.length() + " characters, more than " + MAX_SCALAR, "", ""));
    } else if (scalar.style() == Style.PLAIN && Scalars.isAmbiguous(text)) {
      report(Code.AMBIGUOUS_SCALAR, scalar, ambiguous(text));
    } else if (scalar.resolve() == ScalarType.NUMBER && Scalars.isImprecise(text)) {
      report(Code.IMPRECISE_NUMBER, scalar, imprecise(text));
    } else if (text.contains("{{")) {
      report(Code.TEMPLATE, scalar, TEMPLATE);
    } else {
      characters(scalar);
    }
  }

  private void characters(ScalarNode scalar) {
    if (isPrintableAscii(scalar.text())) {
      return;
    }
    OptionalInt odd =
        scalar
            .text()
            .codePoints()
            .filter(c -> TextCheck.isForbidden(c) || (inName && c >= 0x80))
            .findFirst();
    if (odd.isEmpty()) {
      return;
    }
    int c = odd.getAsInt();
    if (TextCheck.isForbidden(c)) {
      report(
          Code.FORBIDDEN_CHARACTER,
          scalar,
          new Text(
              "escaped character " + TextCheck.name(c),
              "it is invisible and has no meaning in any field",
              "remove it"));
    } else {
      report(
          Code.NOT_ASCII,
          scalar,
          new Text(
              "`" + Character.toString(c) + "` (" + TextCheck.name(c) + ") in a name",
              "no such name exists, and it may look like another one",
              "write the name in ASCII, a host in its `xn--` form"));
    }
  }

  /// The common case, decided without looking at code points one by one.
  private static boolean isPrintableAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private void report(Code code, ScalarNode scalar, Text text) {
    findings++;
    diagnostics.report(code, scalar.span(), resource, text);
  }

  private static Text imprecise(String text) {
    return new Text(
        "number `" + text + "` is not the same in every reader",
        "some keep numbers in floating point or write them anew: digits, a sign or `.0` get lost",
        "quote it if it is text: `\"" + text + "\"`; otherwise write a smaller or whole number");
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
