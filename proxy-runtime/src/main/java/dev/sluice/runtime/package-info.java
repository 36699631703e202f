/// What both proxies are made of: TLS identity, HBONE, bundle hot-load, live connections,
/// telemetry.
@NullMarked
package dev.sluice.runtime;

import org.jspecify.annotations.NullMarked;
