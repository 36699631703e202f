package dev.sluice.cli.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// What was read from a cluster: the objects, stripped, and how much of each kind.
///
/// `namespaces` is empty when all were asked for. Objects are in the order of their kinds, then by
/// namespace and name.
public record Capture(
    String context,
    Instant at,
    SortedSet<String> namespaces,
    Map<CapturedKind, Extent> extents,
    List<ObjectNode> objects) {

  public Capture {
    namespaces = Collections.unmodifiableSortedSet(new TreeSet<>(namespaces));
    extents = Collections.unmodifiableMap(new TreeMap<>(extents));
    objects = List.copyOf(objects);
  }

  /// How much of a kind was read.
  public sealed interface Extent {
    /// Every object there was.
    record Complete(int count) implements Extent {}

    /// None, for a reason; the cluster may have any.
    record Unknown(String reason) implements Extent {}
  }

  /// The kinds that could not be read, with the reason.
  public Map<CapturedKind, String> gaps() {
    var gaps = new TreeMap<CapturedKind, String>();
    extents.forEach((kind, extent) -> {
      if (extent instanceof Extent.Unknown(var reason)) {
        gaps.put(kind, reason);
      }
    });
    return gaps;
  }

  /// What a namespace-scoped listing is asked about; empty stands for all namespaces.
  static List<Optional<String>> scopes(SortedSet<String> namespaces) {
    if (namespaces.isEmpty()) {
      return List.of(Optional.empty());
    }
    var scopes = new ArrayList<Optional<String>>();
    namespaces.forEach(namespace -> scopes.add(Optional.of(namespace)));
    return scopes;
  }
}
