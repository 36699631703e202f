/// Our own YAML files as typed values: every problem is collected with its line, and nothing is
/// read that was not asked for.
@NullMarked
package dev.sluice.runtime.yaml;

import org.jspecify.annotations.NullMarked;
