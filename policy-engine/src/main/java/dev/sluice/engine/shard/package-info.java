/// What one kind of enforcement point is given: its share of the policies, guards, bindings and
/// routes, and how that share is sliced for one destination.
@NullMarked
package dev.sluice.engine.shard;

import org.jspecify.annotations.NullMarked;
