package dev.sluice.bench.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Istio's ztunnel in dedicated mode: the binary that `PEER_ZTUNNEL` names.
///
/// @param authority where it gets its certificates, by world
/// @param extra environment variables on top
record UpstreamZtunnel(Map<World, PeerAuthority> authority, Map<String, String> extra)
    implements Proxy {

  private static final int CAPTURE_PORT = 15_001;
  private static final int READY_PORT = 15_021;

  private static String binary() {
    return System.getenv().getOrDefault("PEER_ZTUNNEL", "");
  }

  @Override
  public String name() {
    return "ztunnel";
  }

  @Override
  public Optional<String> missing() {
    if (binary().isEmpty()) {
      return Optional.of("peer missing: PEER_ZTUNNEL is not set");
    }
    return Files.isExecutable(Path.of(binary()))
        ? Optional.empty()
        : Optional.of("peer missing: `" + binary() + "` is no program");
  }

  @Override
  public Started start(World world, Bed.Pod pod) throws IOException {
    PeerAuthority certificates = authority.get(world);
    if (certificates == null) {
      throw new IOException("no authority for this world");
    }
    var variables = new HashMap<String, String>();
    variables.put("PROXY_MODE", "dedicated");
    variables.put("PROXY_WORKLOAD_INFO", "shop/" + pod.account() + "/" + pod.account());
    variables.put("NODE_NAME", pod.account());
    variables.put("XDS_ADDRESS", "");
    variables.put("LOCAL_XDS_PATH", world.mesh().toString());
    variables.put("CA_ADDRESS", certificates.address());
    variables.put("CA_ROOT_CA", certificates.root().toString());
    variables.put("AUTH_TOKEN", "throw-away");
    variables.put("PACKET_MARK", "1337");
    variables.put("ISTIO_META_DNS_CAPTURE", "false");
    variables.put("ENABLE_ORIG_SRC", "false");
    variables.put("ZTUNNEL_WORKER_THREADS", "2");
    variables.put("RUST_LOG", "info");
    variables.putAll(extra);
    long start = System.nanoTime();
    Process process =
        pod.start(
            List.of(binary(), "proxy"),
            variables,
            world.home().resolve("ztunnel-" + pod.account()));
    long ready = Probe.awaitOk(process, pod.address(), READY_PORT, start);
    return new Started(List.of(process), CAPTURE_PORT, ready);
  }
}
