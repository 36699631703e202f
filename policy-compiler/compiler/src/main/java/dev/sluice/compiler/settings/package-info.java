/// Mesh settings: the typed form of `sluice.yaml`.
@NullMarked
package dev.sluice.compiler.settings;

import org.jspecify.annotations.NullMarked;
