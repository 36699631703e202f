/// The compiler: a tree of policy files in, located findings and one signed bundle out.
@NullMarked
package dev.sluice.compiler;

import org.jspecify.annotations.NullMarked;
