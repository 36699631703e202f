package dev.sluice.engine.identity;

/// The name of a trust domain, for example `cluster.local`: 1 to 255 characters of `a-z 0-9 . - _`.
///
/// Source: SPIFFE-ID specification §2.1.
public record TrustDomain(String name) {

  /// @throws IllegalArgumentException when `name` is not a valid trust domain name
  public TrustDomain {
    if (!isValid(name)) {
      throw new IllegalArgumentException("invalid trust domain `" + name + "`");
    }
  }

  /// Whether `name` can be the name of a trust domain.
  public static boolean isValid(String name) {
    if (name.isEmpty() || name.length() > 255) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return name;
  }
}
