/// Answers one case: the path a request takes through the mesh, and what every proxy on it decides
/// with the shard it would be given.
@NullMarked
package dev.sluice.compiler.walk;

import org.jspecify.annotations.NullMarked;
