/// Why a case was decided as it was: the condition each rule fails on, and what would have to
/// change for another decision.
@NullMarked
package dev.sluice.compiler.explain;

import org.jspecify.annotations.NullMarked;
