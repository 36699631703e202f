package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.compiler.read.ReadTree;
import dev.sluice.compiler.read.ScalarCheck;
import dev.sluice.compiler.read.ToolFile;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Remembered;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PolicyTestSyntax;
import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.compiler.validate.ObjectReads.ObjectRead;
import dev.sluice.compiler.validate.PolicyChecks.Checked;
import dev.sluice.compiler.validate.Validated.Counts;
import dev.sluice.schemas.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Checks every document on its own and turns it into its typed form.
public final class DocumentValidator {

  private static final String OURS = "sluice.dev";
  private static final Lazy<SchemaValidator> POLICY_TEST =
      new Lazy<>(() -> SchemaValidator.of(Schemas.POLICY_TEST));

  private static final Lazy<SchemaValidator> SNAPSHOT =
      new Lazy<>(() -> SchemaValidator.of(Schemas.SNAPSHOT));

  private final MeshSettings settings;
  private final Diagnostics diagnostics;
  private final List<Document> documents = new ArrayList<>();
  private final List<PolicyTestSyntax> tests = new ArrayList<>();
  private final List<Metadata> invalid = new ArrayList<>();
  private final Map<String, Integer> unknown = new TreeMap<>();
  private final Map<ResourceRef, Metadata> seen = new HashMap<>();
  private int policies;
  private int topology;

  /// What checking leaves for the next time: a policy whose file did not change is not checked
  /// again, as long as the settings stay the same.
  ///
  /// Confined to the thread that compiles; holds what the last tree held.
  public static final class Memory {
    private final Remembered<ReadDocument, Optional<Checked>> checked = new Remembered<>();
    private final Remembered<ReadDocument, Optional<ObjectRead>> read = new Remembered<>();
    private @Nullable MeshSettings valid;

    private List<Optional<Checked>> check(List<ReadDocument> documents, MeshSettings settings) {
      if (!settings.equals(valid)) {
        checked.clear();
        valid = settings;
      }
      List<Optional<Checked>> results = PolicyChecks.of(documents, settings, checked);
      checked.keep(documents, results);
      return results;
    }

    private List<Optional<ObjectRead>> read(
        List<ReadDocument> documents, List<Optional<Checked>> policies) {
      List<Optional<ObjectRead>> results = ObjectReads.of(documents, policies, read);
      read.keep(documents, results);
      return results;
    }
  }

  private DocumentValidator(MeshSettings settings, Diagnostics diagnostics) {
    this.settings = settings;
    this.diagnostics = diagnostics;
  }

  /// Validates all documents of a tree that will not be validated again.
  public static Validated validate(ReadTree tree, MeshSettings settings, Diagnostics diagnostics) {
    return validate(tree, settings, diagnostics, new Memory());
  }

  /// Validates all documents; a policy with any error is left out and listed as invalid.
  ///
  /// Policies are checked in parallel when there are many; findings come out in the order of the
  /// tree all the same.
  public static Validated validate(
      ReadTree tree, MeshSettings settings, Diagnostics diagnostics, Memory memory) {
    var validator = new DocumentValidator(settings, diagnostics);
    List<Optional<Checked>> policies = memory.check(tree.documents(), settings);
    List<Optional<ObjectRead>> objects = memory.read(tree.documents(), policies);
    // what the tree says about an object wins, so it is seen first
    for (Origin origin : Origin.values()) {
      for (int i = 0; i < policies.size(); i++) {
        ReadDocument document = tree.documents().get(i);
        if (origin == Origin.of(document, tree)) {
          if (policies.get(i).isPresent()) {
            validator.addPolicy(policies.get(i).get());
          } else if (objects.get(i).isPresent()) {
            validator.visit(document, objects.get(i).get(), origin);
          } else {
            StaticMeshReader.read(document, validator.diagnostics).forEach(validator::complete);
          }
        }
      }
    }
    var counts =
        new Counts(
            tree.files(),
            tree.documents().size(),
            validator.policies,
            validator.topology,
            validator.unknown.values().stream().mapToInt(Integer::intValue).sum(),
            new TreeMap<>(validator.unknown),
            perRole(tree.toolFiles()));
    return new Validated(validator.documents, validator.tests, counts, validator.invalid);
  }

  private void addPolicy(Checked checked) {
    policies++;
    checked.findings().forEach(diagnostics::add);
    Metadata metadata = checked.metadata();
    boolean mayStand = !checked.fits() || isFirst(metadata);
    checked
        .policy()
        .filter(_ -> mayStand)
        .ifPresentOrElse(documents::add, () -> invalid.add(metadata));
  }

  private static SortedMap<String, Integer> perRole(List<ToolFile> files) {
    SortedMap<String, Integer> counts = new TreeMap<>();
    files.forEach(file -> counts.merge(file.role().word(), 1, Integer::sum));
    return counts;
  }

  /// Whether a document is judged or only completes the topology.
  private enum Origin {
    TREE,
    BACKGROUND;

    static Origin of(ReadDocument document, ReadTree tree) {
      return tree.background().contains(document.file()) ? BACKGROUND : TREE;
    }
  }

  private void visit(ReadDocument document, ObjectRead object, Origin origin) {
    Metadata metadata = object.metadata();
    Optional<TopologyDocument> read = object.topology();
    boolean isObject = read.isPresent() && !(read.get() instanceof TopologyDocument.Snapshot);
    if (!isObject && isOurs(document, "Snapshot") && !isSoundSnapshot(document, metadata)) {
      return;
    }
    if (read.isPresent()) {
      object.findings().forEach(diagnostics::add);
      switch (origin) {
        case TREE -> {
          topology++;
          if (isFirst(metadata)) {
            documents.add(read.get());
          }
        }
        case BACKGROUND -> complete(read.get());
      }
    } else if (isOurs(document, "PolicyTest")) {
      visitTest(document, metadata);
    } else if (!isOurs(document, "MeshSettings")) {
      visitUnknown(document, metadata, origin);
    }
  }

  /// A capture that does not say clearly what it covers must not make missing names look wrong.
  private boolean isSoundSnapshot(ReadDocument document, Metadata metadata) {
    var problems = new Problems(diagnostics, metadata.resource());
    return document.isSound() && SchemaFindings.check(document.root(), problems, SNAPSHOT.value());
  }

  /// Adds an object that is not in the tree.
  private void complete(TopologyDocument object) {
    topology++;
    Metadata metadata = object.metadata();
    if (seen.putIfAbsent(metadata.resource(), metadata) == null) {
      documents.add(object);
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
            && SchemaFindings.check(document.root(), problems, POLICY_TEST.value());
    if (sound && isFirst(metadata)) {
      PolicyTestSyntax test =
          new PolicyTestReader(settings, problems).read(metadata, document.root());
      if (!problems.hasFailed()) {
        tests.add(test);
      }
    }
  }

  private void visitUnknown(ReadDocument document, Metadata metadata, Origin origin) {
    boolean first = unknown.merge(document.kind(), 1, Integer::sum) == 1;
    Optional<PolicyKind> policyKind =
        Arrays.stream(PolicyKind.values())
            .filter(known -> known.kind().equals(document.kind()))
            .findFirst();
    if (policyKind.isPresent()) {
      diagnostics.report(
          Code.UNSUPPORTED_VERSION,
          metadata.nameSpan(),
          metadata.resource(),
          new Text(
              "`" + document.apiVersion() + "` has no kind `" + document.kind() + "`",
              "the object would be enforced by nobody",
              "use `" + policyKind.get().group() + "/v1`"));
      invalid.add(metadata);
    } else if (first && origin == Origin.TREE) {
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

  /// Whether no object of this kind and name came before.
  private boolean isFirst(Metadata metadata) {
    Metadata first = seen.putIfAbsent(metadata.resource(), metadata);
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
