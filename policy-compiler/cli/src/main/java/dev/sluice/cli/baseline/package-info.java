/// Findings that were there before: they stay visible and do not count until they are gone.
@NullMarked
package dev.sluice.cli.baseline;

import org.jspecify.annotations.NullMarked;
