/// Workload certificates: the value and the directory they are read from.
@NullMarked
package dev.sluice.runtime.identity;

import org.jspecify.annotations.NullMarked;
