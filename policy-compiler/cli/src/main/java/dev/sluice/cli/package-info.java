/// The `sluice` command: its main class, which lists all there is.
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;
