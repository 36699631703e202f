/// The subcommands of `sluice`, one class each.
@NullMarked
package dev.sluice.cli.command;

import org.jspecify.annotations.NullMarked;
