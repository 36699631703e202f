/// Tests of what is checked about single documents.
@NullMarked
package dev.sluice.compiler.validate;

import org.jspecify.annotations.NullMarked;
