/// How a proxy gets its policy: a signed bundle from a directory, verified, indexed, swapped in as
/// one immutable snapshot, and persisted so that a restart finds the last good one.
@NullMarked
package dev.sluice.runtime.bundle;

import org.jspecify.annotations.NullMarked;
