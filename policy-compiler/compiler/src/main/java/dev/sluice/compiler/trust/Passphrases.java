package dev.sluice.compiler.trust;

import java.util.Optional;

/// Where the passphrases of encrypted keys come from; never a command line, which others can see.
@FunctionalInterface
public interface Passphrases {
  /// Knows none: encrypted keys cannot be used, new keys are not encrypted.
  Passphrases NONE = _ -> Optional.empty();

  /// The passphrase for `what`, a key as a person would call it; the caller wipes it after use.
  Optional<char[]> of(String what);
}
