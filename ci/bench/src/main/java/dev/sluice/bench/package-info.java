/// JMH benchmarks of the decision path and the data plane.
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
