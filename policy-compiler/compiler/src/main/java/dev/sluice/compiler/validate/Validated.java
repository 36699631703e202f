package dev.sluice.compiler.validate;

import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PolicyTestSyntax;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The typed objects of a tree in file order, its tests, and the policies that had errors and are
/// not among them.
public record Validated(
    List<Document> documents,
    List<PolicyTestSyntax> tests,
    Counts counts,
    List<Metadata> invalidPolicies) {

  public Validated {
    documents = List.copyOf(documents);
    tests = List.copyOf(tests);
    invalidPolicies = List.copyOf(invalidPolicies);
  }

  /// How many of what were read; `policies` and `topology` include invalid ones. `perToolFile` are
  /// files of Helm and Kustomize by their role.
  public record Counts(
      int files,
      int documents,
      int policies,
      int topology,
      int unknownKinds,
      SortedMap<String, Integer> perUnknownKind,
      SortedMap<String, Integer> perToolFile) {
    public Counts {
      perToolFile = Collections.unmodifiableSortedMap(new TreeMap<>(perToolFile));
      perUnknownKind = Collections.unmodifiableSortedMap(new TreeMap<>(perUnknownKind));
    }
  }
}
