/// Tests of the decision space against the engine and against exhaustive evaluation.
@NullMarked
package dev.sluice.compiler.space;

import org.jspecify.annotations.NullMarked;
