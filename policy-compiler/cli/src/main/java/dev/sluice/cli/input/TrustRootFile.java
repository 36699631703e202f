package dev.sluice.cli.input;

import dev.sluice.engine.bundle.Rejection;
import dev.sluice.engine.bundle.RejectionReason;
import dev.sluice.engine.bundle.TrustRoot;
import dev.sluice.engine.bundle.TrustRoot.Opened;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// Opens the `root.json` a user names.
public final class TrustRootFile {
  /// More than a trust root may have, so that one too large is recognised as such.
  private static final int CAP = 1 << 20;

  private TrustRootFile() {}

  /// The trust root, valid at `now`, or why it is none.
  public static Opened open(Path file, Instant now) {
    try (InputStream stream = Files.newInputStream(file)) {
      return TrustRoot.open(stream.readNBytes(CAP), now);
    } catch (IOException failure) {
      return unreadable(file, failure);
    }
  }

  /// The trust root whatever its validity, or why it is none.
  public static Opened openIgnoringTime(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return TrustRoot.openIgnoringTime(stream.readNBytes(CAP));
    } catch (IOException failure) {
      return unreadable(file, failure);
    }
  }

  private static Opened unreadable(Path file, IOException failure) {
    return new Opened.Refused(
        new Rejection(
            RejectionReason.UNREADABLE,
            "cannot read the trust root `"
                + file
                + "` ("
                + failure.getClass().getSimpleName()
                + ")"));
  }
}
