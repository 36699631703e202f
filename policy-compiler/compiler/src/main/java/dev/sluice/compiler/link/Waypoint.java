package dev.sluice.compiler.link;

import dev.sluice.engine.identity.SpiffeId;

/// A waypoint Gateway and the identity its proxies run as.
public record Waypoint(String namespace, String name, SpiffeId identity) {

  /// `namespace/name`.
  public String reference() {
    return namespace + "/" + name;
  }
}
