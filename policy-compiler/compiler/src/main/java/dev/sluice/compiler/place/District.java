package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.engine.policy.Guard;
import java.util.List;

/// One namespace of a placed mesh with what concerns nothing outside of it.
///
/// Whatever is said of a district follows from the district itself and from the policies that reach
/// further, so districts are looked at side by side, and again only when one of the two changed.
///
/// @param workloads all of the namespace, in the order of the tree
/// @param services all of the namespace, by name
/// @param placements of the policies that concern this namespace alone, in the order of the tree
/// @param admissions the guards that let waypoints through to the namespace's Services
public record District(
    String namespace,
    List<LinkedWorkload> workloads,
    List<LinkedService> services,
    List<Ranked> placements,
    List<Guard> admissions) {
  public District {
    workloads = List.copyOf(workloads);
    services = List.copyOf(services);
    placements = List.copyOf(placements);
    admissions = List.copyOf(admissions);
  }

  /// A placement with its place in the order of the tree, as far as that order matters: among the
  /// wide policies and those of one district.
  public record Ranked(Placement placement, long rank) {}
}
