/// Fuzzing of the reader against readers that share nothing with it but the format.
@NullMarked
package dev.sluice.compiler.read.fuzz;

import org.jspecify.annotations.NullMarked;
