/// What commands print: one report, in every format that was asked for.
@NullMarked
package dev.sluice.cli.report;

import org.jspecify.annotations.NullMarked;
