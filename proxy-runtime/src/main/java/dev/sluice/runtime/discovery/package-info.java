/// The mesh as a discovery server tells it: who asks for what, and how that is going.
@NullMarked
package dev.sluice.runtime.discovery;

import org.jspecify.annotations.NullMarked;
