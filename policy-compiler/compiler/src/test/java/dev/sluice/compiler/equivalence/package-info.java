/// The property that makes placement trustworthy: intent equals the composition of the proxies on
/// every path.
@NullMarked
package dev.sluice.compiler.equivalence;

import org.jspecify.annotations.NullMarked;
