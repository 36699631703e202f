/// Tests of placement.
@NullMarked
package dev.sluice.compiler.place;

import org.jspecify.annotations.NullMarked;
