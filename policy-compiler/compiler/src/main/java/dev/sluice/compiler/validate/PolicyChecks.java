package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.compiler.read.ScalarCheck;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Remembered;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PolicyDocument;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Everything that can be said about one policy without looking at any other.
final class PolicyChecks {

  /// Fewer documents are not worth a second thread.
  private static final int MANY = 256;

  private PolicyChecks() {}

  /// A policy after its checks: what was found, and its typed form unless an error was.
  record Checked(
      Metadata metadata, List<Diagnostic> findings, Fit fit, Optional<PolicyDocument> policy) {
    Checked {
      findings = List.copyOf(findings);
    }

    boolean fits() {
      return fit == Fit.FITS;
    }
  }

  /// Whether an object has the shape of its kind.
  enum Fit {
    FITS,
    DOES_NOT_FIT
  }

  /// Checks all policies among the documents; the result has one entry per document, empty for one
  /// that states no policy. What was checked before, being the same object, is taken from `known`.
  static List<Optional<Checked>> of(
      List<ReadDocument> documents,
      MeshSettings settings,
      Remembered<ReadDocument, Optional<Checked>> known) {
    List<@Nullable Optional<Checked>> before = known.of(documents);
    IntStream numbers = IntStream.range(0, documents.size());
    return (documents.size() < MANY ? numbers : numbers.parallel())
        .mapToObj(i -> {
          Optional<Checked> last = before.get(i);
          ReadDocument document = documents.get(i);
          return last == null
              ? PolicyKind.of(document).map(kind -> check(document, kind, settings))
              : last;
        })
        .toList();
  }

  private static Checked check(ReadDocument document, PolicyKind kind, MeshSettings settings) {
    Metadata metadata = MetadataReader.read(document);
    var diagnostics = new Diagnostics();
    var problems = new Problems(diagnostics, metadata.resource());
    MappingNode root = document.root();
    if (!document.isSound()) {
      problems.markFailed();
    }
    if (!ScalarCheck.check(root, metadata.resource(), diagnostics)) {
      problems.markFailed();
    }
    boolean fits = SchemaFindings.check(root, problems, kind.schema());
    checkAnnotations(metadata, problems);
    if (!fits) {
      return new Checked(metadata, diagnostics.sorted(), Fit.DOES_NOT_FIT, Optional.empty());
    }
    PolicyDocument policy = read(kind, metadata, root, new Reading(settings, problems));
    kind.rules().check(root, problems);
    return new Checked(
        metadata,
        diagnostics.sorted(),
        Fit.FITS,
        problems.hasFailed() ? Optional.empty() : Optional.of(policy));
  }

  private record Reading(MeshSettings settings, Problems problems) {}

  private static PolicyDocument read(
      PolicyKind kind, Metadata metadata, MappingNode root, Reading with) {
    return switch (kind) {
      case AUTHORIZATION_POLICY ->
          new AuthorizationPolicyReader(with.settings(), with.problems()).read(metadata, root);
      case PEER_AUTHENTICATION ->
          new PeerAuthenticationReader(with.settings(), with.problems()).read(metadata, root);
      case REQUEST_AUTHENTICATION ->
          new RequestAuthenticationReader(with.settings(), with.problems()).read(metadata, root);
      case HTTP_ROUTE -> new HttpRouteReader(with.problems()).read(metadata, root);
    };
  }

  /// Annotations and labels that make Istio refuse or ignore an object.
  private static void checkAnnotations(Metadata metadata, Problems problems) {
    Located<String> revision = metadata.labels().get("istio.io/rev");
    if (revision != null) {
      problems.report(
          Code.REVISION_LABEL,
          revision.span(),
          new Text(
              "label `istio.io/rev` limits the policy to one control plane",
              "every other revision ignores the policy without a word",
              "remove the label"));
    }
    metadata
        .annotations()
        .forEach((key, value) -> {
          if (key.startsWith("internal.istio.io/")) {
            problems.report(
                Code.INTERNAL_ANNOTATION,
                value.span(),
                new Text(
                    "annotation `" + Words.shortened(key) + "` is for Istio's own use",
                    "its webhook refuses an object that has it",
                    "remove the annotation"));
          }
        });
  }
}
