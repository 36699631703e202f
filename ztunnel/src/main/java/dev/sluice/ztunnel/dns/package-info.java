/// The DNS proxy: answers the names of the mesh to the workloads it serves and forwards all others.
///
/// Source: RFC 1034, 1035, 2308 (negative answers) and 6891 (EDNS); Istio ztunnel's DNS proxy.
@NullMarked
package dev.sluice.ztunnel.dns;

import org.jspecify.annotations.NullMarked;
