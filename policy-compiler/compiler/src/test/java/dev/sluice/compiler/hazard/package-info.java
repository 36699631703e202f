/// Tests of what valid policies risk.
@NullMarked
package dev.sluice.compiler.hazard;

import org.jspecify.annotations.NullMarked;
