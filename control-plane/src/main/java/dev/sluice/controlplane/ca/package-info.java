/// The mesh's certificate authority: checks a workload's request and signs its identity.
@NullMarked
package dev.sluice.controlplane.ca;

import org.jspecify.annotations.NullMarked;
