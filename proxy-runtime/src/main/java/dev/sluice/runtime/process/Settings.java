package dev.sluice.runtime.process;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.bundle.BundleSource;
import dev.sluice.runtime.telemetry.Logs;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// What both proxies read from the environment.
///
/// Names are upstream's where the meaning is the same. Source: ztunnel's configuration.
public record Settings(
    TrustDomain trustDomain,
    String network,
    BundleSource policy,
    Optional<Path> meshFile,
    Optional<Path> certificates,
    Addresses addresses,
    Optional<Path> portsFile,
    Duration drainDeadline,
    Logging logging) {

  /// Where the process is asked about itself.
  public record Addresses(
      InetSocketAddress admin, InetSocketAddress stats, InetSocketAddress readiness) {}

  /// What is logged, and how; `level` may name scopes, as in `info,access=debug`.
  public record Logging(Logs.Format format, String level) {}

  private static final Map<String, Logs.Format> FORMATS =
      Map.of("plain", Logs.Format.PLAIN, "json", Logs.Format.JSON);

  /// Reads the settings; problems are left with `environment`.
  public static Settings read(Environment environment) {
    var trustDomain = trustDomain(environment);
    var policy =
        new BundleSource(
            environment.requiredPath("SLUICE_BUNDLE_DIR"),
            environment.requiredPath("SLUICE_TRUST_ROOT"),
            environment.requiredPath("SLUICE_STATE_DIR"),
            environment.text("SLUICE_AUDIENCE", trustDomain.name()),
            environment.text("SLUICE_CHANNEL", "main"));
    return new Settings(
        trustDomain,
        environment.text("NETWORK", ""),
        policy,
        environment.path("LOCAL_XDS_PATH"),
        environment.path("SLUICE_CERTIFICATES_DIR"),
        new Addresses(
            environment.loopbackAddress("ADMIN_ADDRESS", "127.0.0.1:15000"),
            environment.address("STATS_ADDRESS", ":15020"),
            environment.address("READINESS_ADDRESS", ":15021")),
        environment.path("SLUICE_PORTS_FILE"),
        drainDeadline(environment),
        logging(environment));
  }

  /// Makes it a problem when the mesh or the certificates come from nowhere.
  public static void requireSources(Environment environment) {
    requireOne(environment, "LOCAL_XDS_PATH", "XDS_ADDRESS");
    requireOne(environment, "SLUICE_CERTIFICATES_DIR", "CA_ADDRESS");
  }

  private static void requireOne(Environment environment, String file, String service) {
    if (environment.text(file).isEmpty() && environment.text(service).isEmpty()) {
      environment.problem(file + " or " + service + " is required");
    }
  }

  private static TrustDomain trustDomain(Environment environment) {
    String name = environment.text("TRUST_DOMAIN", "cluster.local");
    if (!TrustDomain.isValid(name)) {
      environment.problem("invalid TRUST_DOMAIN=`" + name + "`: expected a trust domain name");
      return new TrustDomain("cluster.local");
    }
    return new TrustDomain(name);
  }

  private static Duration drainDeadline(Environment environment) {
    int grace = environment.number("TERMINATION_GRACE_PERIOD_SECONDS", 0, 0, 86_400);
    Duration derived = Duration.ofSeconds(grace > 10 ? grace - 5 : Math.max(grace - 1, 1));
    return environment.duration(
        "CONNECTION_TERMINATION_DEADLINE", grace == 0 ? Duration.ofSeconds(5) : derived);
  }

  private static Logging logging(Environment environment) {
    String name = environment.text("LOG_LEVEL").isPresent() ? "LOG_LEVEL" : "RUST_LOG";
    String level = environment.text(name, "info");
    Logs.problem(level)
        .ifPresent(problem ->
            environment.problem(
                "invalid " + name + "=`" + level + "`: expected a level such as info"));
    return new Logging(environment.word("LOG_FORMAT", FORMATS, Logs.Format.PLAIN), level);
  }
}
