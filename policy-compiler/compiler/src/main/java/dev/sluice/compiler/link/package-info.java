/// From names to the things they name: policies with their scope and conditions, Services with
/// their waypoints and ports, workloads with their Services.
///
/// Imports the syntax and the engine's model; later stages never look at names again.
@NullMarked
package dev.sluice.compiler.link;

import org.jspecify.annotations.NullMarked;
