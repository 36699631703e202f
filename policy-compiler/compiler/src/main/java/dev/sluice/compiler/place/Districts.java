package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.place.District.Ranked;
import dev.sluice.engine.policy.Guard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A placed mesh taken apart: a district for each namespace, and the policies that reach further.
///
/// Immutable.
public final class Districts {

  private final SortedMap<String, District> byNamespace = new TreeMap<>();
  private final List<Ranked> wide;
  private final Map<String, List<Ranked>> wideOf = new HashMap<>();

  private Districts(List<Ranked> wide) {
    this.wide = List.copyOf(wide);
    for (Ranked ranked : wide) {
      String namespace = ranked.placement().policy().syntax().metadata().namespace();
      wideOf.computeIfAbsent(namespace, _ -> new ArrayList<>()).add(ranked);
    }
  }

  /// Takes a mesh apart for the only time.
  public static Districts of(PlacedMesh placed) {
    return of(placed, new Memory());
  }

  /// What taking a mesh apart leaves for the next time: a district that is as it was is the same
  /// object.
  ///
  /// Confined to the thread that compiles; holds the last mesh.
  public static final class Memory {
    private @Nullable Districts last;
  }

  /// Takes a mesh apart.
  public static Districts of(PlacedMesh placed, Memory memory) {
    LinkedMesh mesh = placed.mesh();
    var parts = new Parts();
    mesh.namespaces().forEach(parts::of);
    for (Guard admission : placed.admissions()) {
      parts.of(admission.id().namespace()).admissions.add(admission);
    }
    var wide = new ArrayList<Ranked>();
    for (Placement placement : placed.placements()) {
      LinkedPolicy policy = placement.policy();
      if (Reach.isOneNamespace(policy, mesh)) {
        Part own = parts.of(policy.syntax().metadata().namespace());
        // behind the wide policies before it, and in order among its own
        long rank = ((long) wide.size() << Integer.SIZE) + own.placements.size() + 1;
        own.placements.add(new Ranked(placement, rank));
      } else {
        wide.add(new Ranked(placement, (wide.size() + 1L) << Integer.SIZE));
      }
    }
    Districts last = memory.last;
    var districts = new Districts(last != null && last.wide.equals(wide) ? last.wide : wide);
    parts.byNamespace.forEach((namespace, part) -> {
      District district = part.district(namespace, mesh);
      District before = last == null ? null : last.byNamespace.get(namespace);
      districts.byNamespace.put(
          namespace, before != null && before.equals(district) ? before : district);
    });
    memory.last = districts;
    return districts;
  }

  /// The districts in the making.
  private static final class Parts {
    private final Map<String, Part> byNamespace = new HashMap<>();
    private @Nullable String lastNamespace;
    private Part lastPart = new Part();

    /// Most things lie beside others of their namespace.
    Part of(String namespace) {
      if (!namespace.equals(lastNamespace)) {
        lastNamespace = namespace;
        lastPart = byNamespace.computeIfAbsent(namespace, _ -> new Part());
      }
      return lastPart;
    }
  }

  private static final class Part {
    private final List<Ranked> placements = new ArrayList<>();
    private final List<Guard> admissions = new ArrayList<>();

    District district(String namespace, LinkedMesh mesh) {
      return new District(
          namespace,
          mesh.workloadsOf(namespace),
          mesh.servicesIn(namespace),
          placements,
          admissions);
    }
  }

  /// All districts, by namespace.
  public Collection<District> all() {
    return Collections.unmodifiableCollection(byNamespace.values());
  }

  /// The district of a namespace; empty when nothing lies in it.
  public Optional<District> of(String namespace) {
    return Optional.ofNullable(byNamespace.get(namespace));
  }

  /// The policies of one namespace, those that reach further among them, in the order of the tree.
  public List<LinkedPolicy> policiesOf(String namespace) {
    var found = new ArrayList<Ranked>(wideOf.getOrDefault(namespace, List.of()));
    District district = byNamespace.get(namespace);
    if (district != null) {
      found.addAll(district.placements());
    }
    found.sort(Comparator.comparingLong(Ranked::rank));
    return found.stream().map(ranked -> ranked.placement().policy()).toList();
  }

  /// The placements of policies that may concern several namespaces, in the order of the tree.
  public List<Ranked> wide() {
    return wide;
  }
}
