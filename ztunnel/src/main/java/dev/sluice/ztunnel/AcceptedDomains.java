package dev.sluice.ztunnel;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.bundle.LivePolicy;
import java.util.function.Predicate;

/// The trust domains whose workloads may connect: the own one and the aliases that the bundle
/// names.
record AcceptedDomains(TrustDomain own, LivePolicy policy) implements Predicate<TrustDomain> {

  @Override
  public boolean test(TrustDomain domain) {
    return domain.equals(own)
        || policy
            .current()
            .shard()
            .filter(shard -> shard.mesh().aliases().contains(domain))
            .isPresent();
  }
}
