/// Tests that what is shipped and what is listed are the same, and well-formed.
@NullMarked
package dev.sluice.schemas;

import org.jspecify.annotations.NullMarked;
