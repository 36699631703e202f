/// Carries bytes between two channels until both directions have ended.
@NullMarked
package dev.sluice.runtime.relay;

import org.jspecify.annotations.NullMarked;
