package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.place.District;
import java.util.List;

/// The review of one namespace.
///
/// @param findings what is certain from the namespace and the wide policies
/// @param overruled the ALLOW rules of the namespace that DENY rules eat
/// @param share what the namespace contributes to findings about wide policies
record DistrictReview(List<Diagnostic> findings, List<Overruled> overruled, Share share) {

  /// Reviews a namespace.
  static DistrictReview of(District district, Everywhere everywhere) {
    var problems = new Diagnostics();
    var implication = new Implication();
    Redundancies redundancies = everywhere.redundancies().inFront(implication, problems);
    redundancies.report(Everywhere.alive(district.placements(), implication, problems));
    Overview overview = everywhere.overview(district);
    var checks = new Checks(everywhere, implication, problems);
    var own = new Share();
    checks.collect(overview, own);
    var share = new Share();
    share.takeFrom(own, everywhere.policies());
    checks.report(own);
    new EntryPaths(
            overview,
            everywhere.witnesses(),
            everywhere.routes().with(district.placements()),
            problems)
        .report();
    return new DistrictReview(problems.all(), redundancies.overruled(), share);
  }

  /// The checks whose findings about wide policies are made of what all namespaces contribute.
  static final class Checks {
    private final Everywhere everywhere;
    private final DefaultDenies denies;
    private final PlaintextHoles holes;
    private final UpstreamCuts cuts;
    private final Monitoring monitoring;

    Checks(Everywhere everywhere, Implication implication, Diagnostics problems) {
      this.everywhere = everywhere;
      denies = new DefaultDenies(implication, everywhere.witnesses(), problems);
      holes = new PlaintextHoles(implication, problems);
      cuts = new UpstreamCuts(implication, problems);
      monitoring = new Monitoring(implication, everywhere.scrapers(), problems);
    }

    private void collect(Overview overview, Share into) {
      denies.collect(overview, everywhere.meshWideAllows(), into);
      holes.collect(overview, into);
      cuts.collect(overview, into);
      monitoring.collect(overview, into);
      monitoring.reportProbeRules(overview);
    }

    void report(Share share) {
      denies.report(share);
      denies.reportMeshWide(everywhere.meshWideAllows(), share);
      holes.report(share);
      cuts.report(share);
      monitoring.report(share);
    }
  }
}
