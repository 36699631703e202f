/// What only shows when policies are read together and beside the topology: rules without effect,
/// access that is closed or left open by accident.
@NullMarked
package dev.sluice.compiler.review;

import org.jspecify.annotations.NullMarked;
