package dev.sluice.engine.bundle;

import java.util.Optional;

/// The file form of a {@link HighWaterMark}.
final class HighWaterJson {
  private HighWaterJson() {}

  static Optional<HighWaterMark> parse(Bytes bytes) {
    if (!(StrictJson.parse(bytes.shared()) instanceof StrictJson.Parsing.Document(var root))) {
      return Optional.empty();
    }
    Fields fields = Fields.of(root);
    var mark =
        new HighWaterMark(
            fields.integer("epoch", 0, Limits.INTEGER),
            fields.integer("sequence", 0, Limits.INTEGER),
            fields.hexDigest("manifestSha256"),
            fields.instant("latestIssuedAt"));
    return fields.problem().isPresent() ? Optional.empty() : Optional.of(mark);
  }

  static byte[] write(HighWaterMark mark) {
    return StrictJson.write(
        StrictJson.object()
            .put("epoch", mark.epoch())
            .put("sequence", mark.sequence())
            .put("manifestSha256", mark.manifestDigest().hex())
            .put("latestIssuedAt", mark.latestIssuedAt().toString()));
  }
}
