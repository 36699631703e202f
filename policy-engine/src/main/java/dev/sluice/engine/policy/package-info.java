/// What a policy means: the condition tree, the policies, what they look at, and the pure decision.
///
/// Everything here is an immutable value or a pure function over immutable values; depends on
/// `java.*` and {@link dev.sluice.engine.identity} only.
@NullMarked
package dev.sluice.engine.policy;

import org.jspecify.annotations.NullMarked;
