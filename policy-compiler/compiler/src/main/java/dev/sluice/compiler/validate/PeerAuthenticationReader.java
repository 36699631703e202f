package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PeerAuthenticationSyntax;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads a PeerAuthentication whose shape fits the schema.
final class PeerAuthenticationReader {

  private final MeshSettings settings;
  private final Problems problems;

  PeerAuthenticationReader(MeshSettings settings, Problems problems) {
    this.settings = settings;
    this.problems = problems;
  }

  PeerAuthenticationSyntax read(Metadata metadata, MappingNode root) {
    MappingNode found = root.mapping("spec");
    MappingNode spec = found == null ? new MappingNode(List.of(), metadata.nameSpan()) : found;
    Selection selection = new SelectionReader(settings, problems).read(metadata, spec);
    if (selection instanceof Selection.Selector
        && metadata.namespace().equals(settings.rootNamespace())) {
      problems.report(
          Code.SELECTOR_IN_ROOT_NAMESPACE,
          Fields.keySpan(spec, "selector"),
          new Text(
              "a selector in the root namespace `" + settings.rootNamespace() + "` selects nothing",
              "Istio ignores such a PeerAuthentication",
              "remove the selector to cover the mesh, or move the policy to the workloads'"
                  + " namespace"));
    }
    Located<Mode> mode = mode(metadata, spec.mapping("mtls"));
    SortedMap<Integer, Located<Mode>> ports = ports(spec, selection);
    disabled(mode);
    ports.values().forEach(this::disabled);
    return new PeerAuthenticationSyntax(metadata, selection, mode, ports);
  }

  private void disabled(Located<Mode> mode) {
    if (mode.value() == Mode.DISABLE) {
      problems.report(
          Code.DISABLE_IS_PERMISSIVE,
          mode.span(),
          new Text(
              "DISABLE means what PERMISSIVE means: plaintext is accepted, and so is mTLS",
              "peers of the mesh keep using mTLS, and an inherited STRICT is switched off",
              "write PERMISSIVE, or leave the mode to the wider scope"));
    }
  }

  private static Located<Mode> mode(Metadata metadata, @Nullable MappingNode mtls) {
    Located<String> text = mtls == null ? null : Fields.text(mtls, "mode");
    return text == null
        ? new Located<>(Mode.UNSET, metadata.nameSpan())
        : new Located<>(Mode.valueOf(text.value()), text.span());
  }

  private SortedMap<Integer, Located<Mode>> ports(MappingNode spec, Selection selection) {
    var ports = new TreeMap<Integer, Located<Mode>>();
    if (!Fields.has(spec, "portLevelMtls")) {
      return ports;
    }
    Span span = Fields.keySpan(spec, "portLevelMtls");
    if (!(selection instanceof Selection.Selector)) {
      problems.report(
          Code.PORT_LEVEL_WITHOUT_SELECTOR,
          span,
          new Text(
              "`portLevelMtls` needs a `selector` with labels",
              "ports are those of workloads, so the workloads must be named",
              "add `selector.matchLabels`"));
    }
    MappingNode mapping = spec.mapping("portLevelMtls");
    if (mapping == null || mapping.entries().isEmpty()) {
      problems.report(
          Code.EMPTY_LIST,
          span,
          new Text("`portLevelMtls` is empty", "", "name a port, or remove the field"));
      return ports;
    }
    mapping.entries().forEach(entry -> port(entry, ports));
    return ports;
  }

  private void port(Entry entry, SortedMap<Integer, Located<Mode>> into) {
    String key = entry.key().text();
    boolean number =
        !key.isEmpty() && key.length() <= 5 && key.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = number ? Integer.parseInt(key) : 0;
    if (port < 1 || port > 65535) {
      problems.report(
          Code.BAD_PORT,
          entry.key().span(),
          new Text(
              "`" + Words.shortened(key) + "` is not a port",
              "keys of `portLevelMtls` are workload ports from 1 to 65535",
              "correct the key"));
      return;
    }
    Located<String> text =
        entry.value() instanceof MappingNode value ? Fields.text(value, "mode") : null;
    into.put(
        port,
        text == null
            ? new Located<>(Mode.UNSET, entry.key().span())
            : new Located<>(Mode.valueOf(text.value()), text.span()));
  }
}
