/// The last step of the compiler: shards to one signed bundle on disk, and the keys to sign it
/// with.
///
/// What is written was opened and verified first, exactly as a proxy would.
@NullMarked
package dev.sluice.compiler.bundle;

import org.jspecify.annotations.NullMarked;
