/// Cases on the example tree and on small ones, and the cases of generated worlds.
@NullMarked
package dev.sluice.compiler.walk;

import org.jspecify.annotations.NullMarked;
