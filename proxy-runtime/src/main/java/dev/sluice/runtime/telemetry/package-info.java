/// What a proxy tells about its traffic: access log, metrics and traces, with the names and words
/// of upstream Istio where the meaning is the same.
@NullMarked
package dev.sluice.runtime.telemetry;

import org.jspecify.annotations.NullMarked;
