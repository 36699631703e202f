package dev.sluice.compiler.syntax;

import dev.sluice.compiler.source.Located;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import java.util.SortedMap;
import java.util.TreeMap;

/// A PeerAuthentication as written; `selection` is Everything or Selector. Absent `mtls` is UNSET.
public record PeerAuthenticationSyntax(
    Metadata metadata,
    Selection selection,
    Located<Mode> mode,
    SortedMap<Integer, Located<Mode>> portLevelMtls)
    implements PolicyDocument {

  public PeerAuthenticationSyntax {
    portLevelMtls = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(portLevelMtls));
  }
}
