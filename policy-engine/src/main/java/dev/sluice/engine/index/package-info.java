/// The decision made fast: rules sliced by what they ask for, so that a decision looks only at
/// rules that may hold.
///
/// {@link dev.sluice.engine.policy.TreeDecider} is the meaning; what is here must agree with it.
@NullMarked
package dev.sluice.engine.index;

import org.jspecify.annotations.NullMarked;
