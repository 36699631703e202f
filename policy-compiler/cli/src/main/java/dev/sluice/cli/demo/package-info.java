/// The `demo` command: the shop of `examples/shop` in a real mesh of three proxy processes, and the
/// comparison of what they do with what they should do.
@NullMarked
package dev.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;
