/// Tests of the demo's pure parts.
@NullMarked
package dev.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;
