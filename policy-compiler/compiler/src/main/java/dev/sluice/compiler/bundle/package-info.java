/// The last step of the compiler: shards to one signed bundle on disk.
///
/// What is written was opened and verified first, exactly as a proxy would.
@NullMarked
package dev.sluice.compiler.bundle;

import org.jspecify.annotations.NullMarked;
