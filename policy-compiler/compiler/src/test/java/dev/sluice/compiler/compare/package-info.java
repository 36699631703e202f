/// Tests of comparing revisions and of access.
@NullMarked
package dev.sluice.compiler.compare;

import org.jspecify.annotations.NullMarked;
