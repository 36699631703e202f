package dev.sluice.bench.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;

/// The proxies as a bed wants them made.
final class Kinds {

  private static final Duration VALIDITY = Duration.ofHours(24);

  private Kinds() {}

  static Pairing.Kinds sluice(Map<String, String> extra) {
    return (_, _) -> SluiceZtunnel.usual().with(extra);
  }

  /// Upstream's ztunnel with an authority of its own over the root of the world.
  static Pairing.Kinds upstream(Map<String, String> extra) {
    return (world, services) -> {
      try {
        var authority =
            PeerAuthority.start(
                world.authority(),
                VALIDITY,
                world.bed().host(),
                Files.createTempDirectory(world.home(), "authority"));
        services.add(authority);
        return new UpstreamZtunnel(Map.of(world, authority), extra);
      } catch (GeneralSecurityException impossible) {
        throw new IOException("no certificate for the authority", impossible);
      }
    };
  }

  static Pairing.Kinds plain(Proxy proxy) {
    return (_, _) -> proxy;
  }
}
