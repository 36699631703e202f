package dev.sluice.ztunnel.dns;

import dev.sluice.runtime.process.Environment;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the DNS proxy reads from the environment.
///
/// @param address where it listens, in the network namespace of every workload; absent for port
///   15053 of both loopback addresses
/// @param resolverFile names the servers that names outside of the mesh are forwarded to
/// @param clusterDomain what the cluster's own names end in
public record DnsSettings(
    Mode mode,
    Optional<InetSocketAddress> address,
    Path resolverFile,
    String clusterDomain,
    Families families) {

  private static final int PORT = 15_053;

  /// Whether there is a DNS proxy.
  public enum Mode {
    ON,
    OFF
  }

  /// Which addresses are given to workloads.
  public enum Families {
    BOTH,
    ONLY_IPV4
  }

  private static final Map<String, Mode> MODES = Map.of("true", Mode.ON, "false", Mode.OFF);
  private static final Map<String, Families> FAMILIES =
      Map.of("true", Families.BOTH, "false", Families.ONLY_IPV4);

  /// Reads the settings; problems are left with `environment`. Source: ztunnel's configuration.
  public static DnsSettings read(Environment environment) {
    return new DnsSettings(
        environment.word(either(environment, "DNS_CAPTURE"), MODES, Mode.ON),
        address(environment),
        resolverFile(environment),
        environment.text("CLUSTER_DOMAIN", "cluster.local"),
        environment.word("IPV6_ENABLED", FAMILIES, Families.BOTH));
  }

  // Node metadata is the other way to say it, and wins.
  private static String either(Environment environment, String name) {
    String metadata = "ISTIO_META_" + name;
    return environment.text(metadata).isPresent() ? metadata : name;
  }

  private static Optional<InetSocketAddress> address(Environment environment) {
    String name = either(environment, "DNS_PROXY_ADDR");
    return environment.text(name).map(text -> environment.address(name, text));
  }

  private static Path resolverFile(Environment environment) {
    var named = environment.path("SLUICE_RESOLV_CONF");
    if (named.isPresent() && !Files.isReadable(named.get())) {
      environment.problem("invalid SLUICE_RESOLV_CONF=`" + named.get() + "`: expected a file");
    }
    return named.orElse(Path.of("/etc/resolv.conf"));
  }

  /// Where it listens.
  public List<InetSocketAddress> addresses() {
    if (address.isPresent()) {
      return List.of(address.get());
    }
    var loopback = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), PORT);
    return families == Families.ONLY_IPV4
        ? List.of(loopback)
        : List.of(loopback, new InetSocketAddress(InetAddress.ofLiteral("::1"), PORT));
  }

  /// What the file with the servers says at the moment.
  ///
  /// @throws IOException when it cannot be read
  ResolverFile resolver() throws IOException {
    return ResolverFile.read(resolverFile);
  }
}
