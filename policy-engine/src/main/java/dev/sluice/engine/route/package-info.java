/// Where an authorized request goes: HTTPRoute rules in Gateway API precedence, their filters and
/// weighted backends, as pure functions over immutable values.
@NullMarked
package dev.sluice.engine.route;

import org.jspecify.annotations.NullMarked;
