/// The `demo` command, run as users run it; needs the packaged programs.
@NullMarked
package dev.sluice.verify.demo;

import org.jspecify.annotations.NullMarked;
