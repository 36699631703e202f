/// The proxy as a process: settings from the environment, readiness, admin server, drain and
/// signals.
@NullMarked
package dev.sluice.runtime.process;

import org.jspecify.annotations.NullMarked;
