/// The workloads this proxy serves: their certificates and HBONE listeners.
@NullMarked
package dev.sluice.ztunnel.workload;

import org.jspecify.annotations.NullMarked;
