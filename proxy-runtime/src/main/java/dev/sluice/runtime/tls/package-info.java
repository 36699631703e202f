/// Mutual TLS 1.3 between workloads, and who the peer is once the handshake is done.
@NullMarked
package dev.sluice.runtime.tls;

import org.jspecify.annotations.NullMarked;
