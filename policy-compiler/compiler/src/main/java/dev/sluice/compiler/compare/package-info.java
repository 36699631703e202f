/// What two revisions of a mesh decide differently, and who may call what in one: for all requests,
/// on every way to a workload.
@NullMarked
package dev.sluice.compiler.compare;

import org.jspecify.annotations.NullMarked;
