package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.compiler.read.ReadTree;
import dev.sluice.compiler.read.ScalarCheck;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PolicyDocument;
import dev.sluice.compiler.syntax.PolicyTestSyntax;
import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.compiler.validate.Validated.Counts;
import dev.sluice.schemas.Schemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Checks every document on its own and turns it into its typed form.
public final class DocumentValidator {

  private static final String SECURITY = "security.istio.io";
  private static final String GATEWAY = "gateway.networking.k8s.io";
  private static final Map<String, SchemaValidator> POLICY_KINDS =
      Map.of(
          SECURITY + "/AuthorizationPolicy", SchemaValidator.of(Schemas.AUTHORIZATION_POLICY),
          SECURITY + "/PeerAuthentication", SchemaValidator.of(Schemas.PEER_AUTHENTICATION),
          SECURITY + "/RequestAuthentication", SchemaValidator.of(Schemas.REQUEST_AUTHENTICATION),
          GATEWAY + "/HTTPRoute", SchemaValidator.of(Schemas.HTTP_ROUTE));
  private static final String OURS = "sluice.dev";
  private static final SchemaValidator POLICY_TEST = SchemaValidator.of(Schemas.POLICY_TEST);

  private final MeshSettings settings;
  private final Diagnostics diagnostics;
  private final List<Document> documents = new ArrayList<>();
  private final List<PolicyTestSyntax> tests = new ArrayList<>();
  private final List<Metadata> invalid = new ArrayList<>();
  private final Map<String, Integer> unknown = new TreeMap<>();
  private final Map<String, Metadata> seen = new HashMap<>();
  private int policies;
  private int topology;

  private DocumentValidator(MeshSettings settings, Diagnostics diagnostics) {
    this.settings = settings;
    this.diagnostics = diagnostics;
  }

  /// Validates all documents; a policy with any error is left out and listed as invalid.
  public static Validated validate(ReadTree tree, MeshSettings settings, Diagnostics diagnostics) {
    var validator = new DocumentValidator(settings, diagnostics);
    tree.documents().forEach(validator::visit);
    var counts =
        new Counts(
            tree.files(),
            tree.documents().size(),
            validator.policies,
            validator.topology,
            validator.unknown.values().stream().mapToInt(Integer::intValue).sum(),
            new TreeMap<>(validator.unknown));
    return new Validated(validator.documents, validator.tests, counts, validator.invalid);
  }

  private void visit(ReadDocument document) {
    Metadata metadata = MetadataReader.read(document);
    SchemaValidator schema = POLICY_KINDS.get(document.group() + "/" + document.kind());
    if (schema != null) {
      policies++;
      visitPolicy(document, metadata, schema);
      return;
    }
    Optional<TopologyDocument> read = TopologyReader.read(document, metadata);
    if (read.isPresent()) {
      topology++;
      if (isFirst(metadata)) {
        documents.add(read.get());
      }
    } else if (isOurs(document, "PolicyTest")) {
      visitTest(document, metadata);
    } else if (!isOurs(document, "MeshSettings")) {
      visitUnknown(document, metadata);
    }
  }

  private static boolean isOurs(ReadDocument document, String kind) {
    return document.group().equals(OURS) && document.kind().equals(kind);
  }

  /// A test that is not sound is left out, with findings that keep it from being forgotten.
  private void visitTest(ReadDocument document, Metadata metadata) {
    var problems = new Problems(diagnostics, metadata.resource());
    boolean sound =
        document.isSound()
            && ScalarCheck.check(document.root(), metadata.resource(), diagnostics)
            && SchemaFindings.check(document.root(), problems, POLICY_TEST);
    if (sound && isFirst(metadata)) {
      PolicyTestSyntax test =
          new PolicyTestReader(settings, problems).read(metadata, document.root());
      if (!problems.hasFailed()) {
        tests.add(test);
      }
    }
  }

  private void visitUnknown(ReadDocument document, Metadata metadata) {
    boolean first = unknown.merge(document.kind(), 1, Integer::sum) == 1;
    Optional<String> policyKind =
        POLICY_KINDS.keySet().stream()
            .filter(known -> known.endsWith("/" + document.kind()))
            .findFirst();
    if (policyKind.isPresent()) {
      diagnostics.report(
          Code.UNSUPPORTED_VERSION,
          metadata.nameSpan(),
          metadata.resource(),
          new Text(
              "`" + document.apiVersion() + "` has no kind `" + document.kind() + "`",
              "the object would be enforced by nobody",
              "use `" + policyKind.get().substring(0, policyKind.get().indexOf('/')) + "/v1`"));
      invalid.add(metadata);
    } else if (first) {
      diagnostics.report(
          Code.UNKNOWN_KIND,
          metadata.nameSpan(),
          metadata.resource(),
          new Text(
              "kind `" + document.kind() + "` is not read",
              "whatever it says about traffic is not part of the answer",
              "nothing to do if it is not policy; objects of this kind are counted in the"
                  + " summary"));
    }
  }

  private void visitPolicy(ReadDocument document, Metadata metadata, SchemaValidator schema) {
    var problems = new Problems(diagnostics, metadata.resource());
    if (!document.isSound()) {
      problems.markFailed();
    }
    if (!ScalarCheck.check(document.root(), metadata.resource(), diagnostics)) {
      problems.markFailed();
    }
    boolean fits = SchemaFindings.check(document.root(), problems, schema);
    checkRevision(metadata, problems);
    if (fits) {
      PolicyDocument policy = read(document, metadata, problems);
      if (!isFirst(metadata)) {
        problems.markFailed();
      }
      if (!problems.hasFailed()) {
        documents.add(policy);
        return;
      }
    }
    invalid.add(metadata);
  }

  private PolicyDocument read(ReadDocument document, Metadata metadata, Problems problems) {
    return switch (document.kind()) {
      case "AuthorizationPolicy" ->
          new AuthorizationPolicyReader(settings, problems).read(metadata, document.root());
      case "PeerAuthentication" ->
          new PeerAuthenticationReader(settings, problems).read(metadata, document.root());
      case "RequestAuthentication" ->
          new RequestAuthenticationReader(settings, problems).read(metadata, document.root());
      case "HTTPRoute" -> new HttpRouteReader(problems).read(metadata, document.root());
      default -> throw new IllegalStateException("policy kind " + document.kind());
    };
  }

  private static void checkRevision(Metadata metadata, Problems problems) {
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
  }

  /// Whether no object of this kind and name came before.
  private boolean isFirst(Metadata metadata) {
    Metadata first = seen.putIfAbsent(metadata.resource().toString(), metadata);
    if (first == null) {
      return true;
    }
    diagnostics.report(
        Code.DUPLICATE_RESOURCE,
        metadata.nameSpan(),
        metadata.resource(),
        new Text(
            "`" + metadata.resource() + "` is already defined at " + first.nameSpan(),
            "in a cluster the one applied last would win",
            "rename or remove one of them"));
    return false;
  }
}
