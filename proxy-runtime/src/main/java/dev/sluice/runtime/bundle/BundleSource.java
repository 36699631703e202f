package dev.sluice.runtime.bundle;

import java.nio.file.Path;

/// Where the signed bundle comes from and what it has to say of itself.
///
/// `directory` holds the link `current`, switched by rename; `trustRoot` is the pinned `root.json`;
/// `state` belongs to this process alone.
public record BundleSource(
    Path directory, Path trustRoot, Path state, String audience, String channel) {

  /// The bundle to load.
  public Path current() {
    return directory.resolve("current");
  }
}
