/// Bundle trust: opening a signed bundle, verifying every claim it makes in a fixed order, and
/// keeping the last good one on disk.
///
/// Nothing in here trusts a byte before a threshold of keys of the trust root vouches for it.
/// Signatures are DSSE v1.0.2; Ed25519 signatures are the 64 bytes of RFC 8032, ECDSA P-256
/// signatures are ASN.1 DER over SHA-256 (what cosign speaks).
@NullMarked
package dev.sluice.engine.bundle;

import org.jspecify.annotations.NullMarked;
