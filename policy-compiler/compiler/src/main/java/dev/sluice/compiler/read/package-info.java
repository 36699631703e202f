/// From bytes to located trees: the first stage of the compiler.
///
/// What is accepted here is read the same way by every YAML reader; everything else is a finding.
@NullMarked
package dev.sluice.compiler.read;

import org.jspecify.annotations.NullMarked;
