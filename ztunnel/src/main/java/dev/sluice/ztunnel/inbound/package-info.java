/// What comes in to local workloads: HBONE tunnels and captured plaintext, judged and handed to the
/// application.
@NullMarked
package dev.sluice.ztunnel.inbound;

import org.jspecify.annotations.NullMarked;
