/// What Istio's ambient mode would decide with the same files, and requests on which that differs
/// from the intent.
///
/// A model of istiod's conversion, ztunnel and waypoint of August 2026 with default flags, written
/// for comparison: it decides nothing here.
@NullMarked
package dev.sluice.compiler.upstream;

import org.jspecify.annotations.NullMarked;
