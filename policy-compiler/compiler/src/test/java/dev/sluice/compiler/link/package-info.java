/// Tests of linking.
@NullMarked
package dev.sluice.compiler.link;

import org.jspecify.annotations.NullMarked;
