/// Log lines, readable and not.
@NullMarked
package dev.sluice.compiler.traffic;

import org.jspecify.annotations.NullMarked;
