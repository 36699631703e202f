package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.ReadTree;
import dev.sluice.compiler.read.ScalarCheck;
import dev.sluice.compiler.read.TreeReader;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.settings.MeshSettings.BundleSettings;
import dev.sluice.compiler.settings.MeshSettings.OnMissingWaypoint;
import dev.sluice.compiler.settings.PathSuppression;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.source.Span;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import dev.sluice.schemas.Schemas;
import java.time.Period;
import java.util.List;
import java.util.Optional;

/// Reads `sluice.yaml`.
public final class SettingsReader {

  private static final SchemaValidator SCHEMA = SchemaValidator.of(Schemas.MESH_SETTINGS);

  private SettingsReader() {}

  /// The settings with defaults filled in; empty when findings were reported.
  public static Optional<MeshSettings> read(SourceFile file, Diagnostics diagnostics) {
    var problems = new Problems(diagnostics, new ResourceRef("MeshSettings", "", file.path()));
    ReadTree tree = TreeReader.read(new SourceTree(List.of(file)), diagnostics);
    boolean one = tree.documents().size() == 1 && tree.documents().getFirst().isSound();
    if (!one) {
      problems.report(
          Code.BAD_SETTINGS,
          Span.startOf(file.path()),
          new Text(
              "the settings file does not hold exactly one readable object",
              "what policies mean depends on it",
              "write one object of kind `MeshSettings`"));
      return Optional.empty();
    }
    MappingNode root = tree.documents().getFirst().root();
    if (!ScalarCheck.check(root, problems.resource(), diagnostics)) {
      return Optional.empty();
    }
    boolean fits = SchemaFindings.check(root, problems, SCHEMA);
    if (!fits || problems.hasFailed()) {
      return Optional.empty();
    }
    MeshSettings settings = settings(root, SuppressionSettings.read(root, problems));
    return problems.hasFailed() ? Optional.empty() : Optional.of(settings);
  }

  private static MeshSettings settings(MappingNode root, List<PathSuppression> suppressions) {
    MeshSettings defaults = MeshSettings.defaults();
    String trustDomain = or(root, "trustDomain", defaults.trustDomain().name());
    return new MeshSettings(
        new TrustDomain(trustDomain),
        Fields.texts(root, "trustDomainAliases").stream()
            .map(Located::value)
            .map(TrustDomain::new)
            .toList(),
        or(root, "rootNamespace", defaults.rootNamespace()),
        or(root, "clusterDomain", defaults.clusterDomain()),
        PathNormalization.valueOf(
            or(root, "pathNormalization", defaults.pathNormalization().name())),
        or(root, "onMissingWaypoint", "error").equals("deny")
            ? OnMissingWaypoint.DENY
            : OnMissingWaypoint.ERROR,
        Fields.texts(root, "extensionProviders").stream().map(Located::value).toList(),
        bundle(root, defaults.bundle()),
        suppressions);
  }

  private static BundleSettings bundle(MappingNode root, BundleSettings defaults) {
    MappingNode bundle = root.mapping("bundle");
    return bundle == null
        ? defaults
        : new BundleSettings(
            or(bundle, "audience", defaults.audience()),
            or(bundle, "channel", defaults.channel()),
            Period.parse(or(bundle, "validity", defaults.validity().toString())));
  }

  private static String or(MappingNode mapping, String field, String otherwise) {
    String text = Fields.textOrEmpty(mapping, field);
    return text.isEmpty() ? otherwise : text;
  }
}
