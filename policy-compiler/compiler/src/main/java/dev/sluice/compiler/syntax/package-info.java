/// The typed, located form of what authors write: the four policy kinds and the topology they refer
/// to.
///
/// Values here passed the shape checks; they keep their spans so that every later finding has a
/// place.
@NullMarked
package dev.sluice.compiler.syntax;

import org.jspecify.annotations.NullMarked;
