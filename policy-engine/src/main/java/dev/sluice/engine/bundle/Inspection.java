package dev.sluice.engine.bundle;

import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.wire.ShardCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a bundle says of itself, for people to look at; nothing of it is verified.
public sealed interface Inspection {

  /// A readable bundle: its claims, who claims to have signed it, and the contents that could be
  /// decoded, by name.
  record Claims(
      Manifest manifest,
      Digest manifestDigest,
      List<String> keyIds,
      Map<String, PolicyShard> contents)
      implements Inspection {
    public Claims {
      keyIds = List.copyOf(keyIds);
      contents = Map.copyOf(contents);
    }
  }

  /// Not readable as a bundle.
  record Unreadable(Rejection rejection) implements Inspection {}

  /// Reads the bundle in `directory`.
  static Inspection of(Path directory) {
    return switch (OciLayout.locate(directory)) {
      case OciLayout.Located.Refused(var rejection) -> new Unreadable(rejection);
      case OciLayout.Located.Found(var layout) -> of(layout);
    };
  }

  private static Inspection of(OciLayout layout) {
    return switch (layout.manifestEnvelope()) {
      case OciLayout.Part.Refused(var rejection) -> new Unreadable(rejection);
      case OciLayout.Part.Present(var bytes) ->
          switch (Envelope.parse(bytes.shared())) {
            case Envelope.Parsing.Malformed(var reason) ->
                new Unreadable(new Rejection(RejectionReason.MALFORMED_ENVELOPE, reason));
            case Envelope.Parsing.Parsed(var envelope) -> of(layout, envelope);
          };
    };
  }

  private static Inspection of(OciLayout layout, Envelope envelope) {
    return switch (Manifest.parse(envelope.payload().shared())) {
      case ManifestJson.Parsing.Refused(var rejection) -> new Unreadable(rejection);
      case ManifestJson.Parsing.Parsed(var manifest) ->
          new Claims(
              manifest,
              envelope.payload().digest(),
              envelope.signatures().stream().map(Envelope.Signature::keyId).toList(),
              contents(layout, manifest));
    };
  }

  private static Map<String, PolicyShard> contents(OciLayout layout, Manifest manifest) {
    var contents = new TreeMap<String, PolicyShard>();
    for (Manifest.Content content : manifest.contents()) {
      if (layout.content(content) instanceof OciLayout.Part.Present(var bytes)
          && ShardCodec.decode(bytes.toArray()) instanceof ShardCodec.Decoded.Shard(var shard)) {
        contents.put(content.name(), shard);
      }
    }
    return contents;
  }
}
