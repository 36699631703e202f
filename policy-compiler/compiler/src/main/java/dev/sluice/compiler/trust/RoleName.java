package dev.sluice.compiler.trust;

import dev.sluice.engine.bundle.TrustRoot.Role;
import dev.sluice.engine.bundle.TrustRoot.Roles;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// One of the three roles of a trust root.
public enum RoleName {
  /// Signs trust roots.
  ROOT,
  /// Signs bundles.
  BUNDLE,
  /// Signs short-lived statements about the newest bundle.
  FRESHNESS;

  /// The name in `root.json` and of key files.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The keys of this role.
  public Role of(Roles roles) {
    return switch (this) {
      case ROOT -> roles.root();
      case BUNDLE -> roles.bundle();
      case FRESHNESS -> roles.freshness();
    };
  }

  /// The roles with this one changed.
  Roles edit(Roles roles, UnaryOperator<Role> change) {
    return switch (this) {
      case ROOT -> new Roles(change.apply(roles.root()), roles.bundle(), roles.freshness());
      case BUNDLE -> new Roles(roles.root(), change.apply(roles.bundle()), roles.freshness());
      case FRESHNESS -> new Roles(roles.root(), roles.bundle(), change.apply(roles.freshness()));
    };
  }
}
