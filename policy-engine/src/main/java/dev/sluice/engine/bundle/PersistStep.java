package dev.sluice.engine.bundle;

import java.io.IOException;

/// A moment while a bundle is persisted; a crash after any of them leaves the old or the new one.
public enum PersistStep {
  /// The blobs are in the staging directory.
  CONTENTS_WRITTEN,
  /// So is the envelope.
  ENVELOPE_WRITTEN,
  /// The staged layout is complete and on disk.
  LAYOUT_WRITTEN,
  /// The layout has its final name.
  BUNDLE_IN_PLACE,
  /// The high-water mark names the new bundle: from here on it is the last good one.
  HIGH_WATER_MARK_WRITTEN,
  /// `current` points to the new bundle.
  CURRENT_SWITCHED,
  /// Older bundles are gone.
  OLD_REMOVED;

  /// Hears of each step; an exception ends the persisting there, like a crash would.
  @FunctionalInterface
  public interface Listener {
    /// Does nothing.
    Listener NONE = _ -> {};

    /// Called after `step` is on disk.
    void reached(PersistStep step) throws IOException;
  }
}
