package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.place.District;
import dev.sluice.compiler.place.Districts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reports what only shows when policies are read together and beside the topology.
public final class Reviewer {

  /// Findings that get a witness by search: each search costs about a millisecond.
  private static final int SEARCHES = 32;

  private Reviewer() {}

  /// What one review leaves for the next: a namespace is reviewed again only when it or the wide
  /// policies changed.
  ///
  /// Confined to the thread that compiles; holds what the last mesh held.
  public static final class Memory {
    private @Nullable Everywhere everywhere;
    private Map<String, Reviewed> reviews = Map.of();

    private record Reviewed(District district, DistrictReview review) {}

    /// The wide policies and what else concerns every namespace; the last one while it is the same.
    private Everywhere everywhere(LinkedMesh mesh, Districts districts) {
      var current = new Everywhere(mesh, districts.wide(), everywhere);
      if (everywhere == null || !current.isLike(everywhere)) {
        reviews = Map.of();
      }
      everywhere = current;
      return current;
    }

    private List<DistrictReview> review(Collection<District> districts, Everywhere everywhere) {
      List<Reviewed> all =
          districts.parallelStream().map(district -> review(district, everywhere)).toList();
      var next = new HashMap<String, Reviewed>();
      all.forEach(reviewed -> next.put(reviewed.district().namespace(), reviewed));
      reviews = next;
      return all.stream().map(Reviewed::review).toList();
    }

    private Reviewed review(District district, Everywhere everywhere) {
      Reviewed before = reviews.get(district.namespace());
      return before != null && before.district().equals(district)
          ? before
          : new Reviewed(district, DistrictReview.of(district, everywhere));
    }
  }

  /// Reviews a placed mesh, one namespace beside the other. Policies on trial decide nothing and
  /// are left out.
  ///
  /// Pure and deterministic, whatever is in `memory`; nearly linear in the number of policies.
  public static void review(
      LinkedMesh mesh, Districts districts, Diagnostics problems, Memory memory) {
    Everywhere everywhere = memory.everywhere(mesh, districts);
    var share = new Share();
    var overruled = new ArrayList<>(everywhere.redundancies().overruled());
    everywhere.findings().forEach(problems::add);
    for (DistrictReview review : memory.review(districts.all(), everywhere)) {
      review.findings().forEach(problems::add);
      overruled.addAll(review.overruled());
      share.addAll(review.share());
    }
    new DistrictReview.Checks(everywhere, new Implication(), problems).report(share);
    overruled.sort(Comparator.comparing(one -> one.rule().rule().span()));
    for (int i = 0; i < overruled.size(); i++) {
      Overruled one = overruled.get(i);
      problems.add(i < SEARCHES ? one.shown(everywhere.witnesses()) : one.plain());
    }
  }
}
