/// What commands read: policies, settings, trust roots and the facts of a git work tree.
@NullMarked
package dev.sluice.cli.input;

import org.jspecify.annotations.NullMarked;
