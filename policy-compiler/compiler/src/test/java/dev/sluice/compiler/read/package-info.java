/// How files become located trees: every difference between YAML readers, every attack, every shape
/// of input.
@NullMarked
package dev.sluice.compiler.read;

import org.jspecify.annotations.NullMarked;
