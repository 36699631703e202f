/// Who a peer is: SPIFFE identities and trust domains, parsed once at the edge. Depends on `java.*`
/// only.
@NullMarked
package dev.sluice.engine.identity;

import org.jspecify.annotations.NullMarked;
