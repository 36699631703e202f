/// Pods in network namespaces with a proxy each, who can be that proxy, and what is asked of it:
/// side by side measurement, interoperation with upstream's ztunnel, endurance.
@NullMarked
package dev.sluice.bench.pods;

import org.jspecify.annotations.NullMarked;
