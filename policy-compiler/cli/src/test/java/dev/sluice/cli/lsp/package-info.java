/// Tests of the editor's server through a real client on pipes.
@NullMarked
package dev.sluice.cli.lsp;

import org.jspecify.annotations.NullMarked;
