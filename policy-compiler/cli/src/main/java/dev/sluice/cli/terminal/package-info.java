/// What a command runs in: streams, variables, clock, colour, and the code it exits with.
@NullMarked
package dev.sluice.cli.terminal;

import org.jspecify.annotations.NullMarked;
