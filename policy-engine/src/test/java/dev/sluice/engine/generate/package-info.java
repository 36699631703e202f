/// Generators of policies, shards, connections and requests for the property tests.
///
/// Alphabets are small on purpose: what is generated meets what is generated.
@NullMarked
package dev.sluice.engine.generate;

import org.jspecify.annotations.NullMarked;
