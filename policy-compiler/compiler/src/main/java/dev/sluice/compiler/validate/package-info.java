/// From located trees to typed policies and topology: everything that one document alone can show
/// to be wrong.
@NullMarked
package dev.sluice.compiler.validate;

import org.jspecify.annotations.NullMarked;
