/// The decision space of policies: every connection and request there can be, divided exactly into
/// the finitely many kinds that a set of conditions can tell apart.
///
/// Nothing is sampled: questions of equality, cover and emptiness are answered for all requests, or
/// not at all ({@link dev.sluice.compiler.space.Answer.Undecided}). Depends on the engine only.
@NullMarked
package dev.sluice.compiler.space;

import org.jspecify.annotations.NullMarked;
