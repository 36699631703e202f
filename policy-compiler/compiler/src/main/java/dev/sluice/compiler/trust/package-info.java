/// Who may sign: the trust root and its successors, the private keys of the roles wherever they are
/// kept, and the counter of bundles.
///
/// Nothing here decides what a proxy trusts; that is {@link dev.sluice.engine.bundle}.
@NullMarked
package dev.sluice.compiler.trust;

import org.jspecify.annotations.NullMarked;
