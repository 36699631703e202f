/// Tests of what each enforcement point is given.
@NullMarked
package dev.sluice.compiler.lower;

import org.jspecify.annotations.NullMarked;
