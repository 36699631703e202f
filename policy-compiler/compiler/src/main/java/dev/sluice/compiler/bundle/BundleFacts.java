package dev.sluice.compiler.bundle;

import dev.sluice.engine.bundle.Manifest;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/// What a manifest says beyond its contents: for whom, from when and for how long, made from what
/// and by what.
///
/// `issuedAt` is cut to seconds; `validity` counts from it in UTC.
public record BundleFacts(
    String audience,
    String channel,
    Instant issuedAt,
    Period validity,
    Manifest.Source source,
    String compilerVersion) {

  public BundleFacts {
    issuedAt = issuedAt.truncatedTo(ChronoUnit.SECONDS);
  }

  /// When the bundle stops being accepted as new.
  public Instant expires() {
    return issuedAt.atOffset(ZoneOffset.UTC).plus(validity).toInstant();
  }
}
