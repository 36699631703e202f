package dev.sluice.cli.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.engine.bundle.Digest;

/// Tells whether a finding is the same as one reported before.
///
/// Made of the code, the resource (the file when there is none) and the text it is about; neither
/// the place in the file nor the wording of the message takes part.
final class Fingerprint {
  private static final int LENGTH = 32;

  private Fingerprint() {}

  static String of(Diagnostic finding, String textAtSpan) {
    ResourceRef resource = finding.resource();
    String about =
        resource == null || resource.name().isEmpty()
            ? "file\0" + finding.span().file()
            : resource.kind() + "\0" + resource.namespace() + "\0" + resource.name();
    String whole = finding.code().id() + "\0" + about + "\0" + textAtSpan;
    return Digest.of(whole.getBytes(UTF_8)).hex().substring(0, LENGTH);
  }
}
