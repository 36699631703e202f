/// What a valid policy risks in this mesh: requests that get through against what it looks like,
/// each shown by one that was walked through the compiled proxies.
@NullMarked
package dev.sluice.compiler.hazard;

import org.jspecify.annotations.NullMarked;
