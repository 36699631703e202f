/// Findings, hovers and quick fixes in editors, over the Language Server Protocol 3.17.
@NullMarked
package dev.sluice.cli.lsp;

import org.jspecify.annotations.NullMarked;
