package dev.sluice.ztunnel;

import dev.sluice.runtime.process.Environment;
import java.util.List;
import java.util.stream.Stream;

/// What becomes of each environment variable of upstream's ztunnel, so that none is ignored in
/// silence.
///
/// Source: ztunnel's configuration.
final class UpstreamVariables {

  /// What a variable does here.
  sealed interface Treatment {

    /// It is read, and means what it means upstream.
    record Read() implements Treatment {}

    /// There is only one way; another value is refused at start.
    record Only(String value, String reason) implements Treatment {}

    /// It has nothing to act on; the log says so when it is set.
    record Unused(String reason) implements Treatment {}
  }

  /// A variable and its treatment.
  record Variable(String name, Treatment treatment) {}

  private UpstreamVariables() {}

  /// Every variable, in the order of upstream's documentation.
  static List<Variable> all() {
    return Stream.of(identity(), network(), control(), tuning(), rest())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Variable> identity() {
    return List.of(
        only("ENABLE_PROXY", "true", "a ztunnel without its listeners does nothing"),
        read("PROXY_MODE"),
        read("PROXY_WORKLOAD_INFO"),
        read("NETWORK"),
        read("NODE_NAME"),
        read("CLUSTER_ID"),
        read("ISTIO_META_CLUSTER_ID"),
        read("TRUST_DOMAIN"),
        read("INSTANCE_IP"),
        read("POD_NAME"),
        read("POD_NAMESPACE"),
        unused("SERVICE_ACCOUNT", "the proxy has no listener for itself"));
  }

  private static List<Variable> network() {
    return List.of(
        read("CLUSTER_DOMAIN"),
        read("INPOD_UDS"),
        read("INPOD_PORT_REUSE"),
        read("PACKET_MARK"),
        read("ENABLE_ORIG_SRC"),
        read("IPV6_ENABLED"),
        only("UNSTABLE_ENABLE_SOCKS5", "false", "there is no SOCKS5 listener"),
        only("LOCALHOST_APP_TUNNEL", "true", "there is no application tunnel but over loopback"),
        unused("PREFERED_SERVICE_NAMESPACE", "among equal services the first in the mesh counts"));
  }

  private static List<Variable> control() {
    return List.of(
        read("XDS_ADDRESS"),
        read("XDS_ROOT_CA"),
        read("ALT_XDS_HOSTNAME"),
        read("XDS_ON_DEMAND"),
        read("LOCAL_XDS_PATH"),
        unused("LOCAL_XDS", "a mesh comes from a file, `LOCAL_XDS_PATH`"),
        read("CA_ADDRESS"),
        read("CA_ROOT_CA"),
        read("ALT_CA_HOSTNAME"),
        read("AUTH_TOKEN"),
        read("SECRET_TTL"),
        read("CRL_PATH"),
        only("FAKE_CA", "false", "certificates come from an authority or from files"));
  }

  private static List<Variable> tuning() {
    return List.of(
        read("ZTUNNEL_WORKER_THREADS"),
        read("ZTUNNEL_RESOURCE_CPU_LIMIT"),
        read("ZTUNNEL_RESOURCE_CPU_REQUEST"),
        read("ZTUNNEL_CPU_LIMIT"),
        read("POOL_MAX_STREAMS_PER_CONNECTION"),
        read("POOL_UNUSED_RELEASE_TIMEOUT"),
        read("HTTP2_STREAM_WINDOW_SIZE"),
        read("HTTP2_CONNECTION_WINDOW_SIZE"),
        read("HTTP2_FRAME_SIZE"),
        read("KEEPALIVE_ENABLED"),
        read("KEEPALIVE_TIME"),
        read("KEEPALIVE_INTERVAL"),
        read("KEEPALIVE_RETRIES"),
        read("USER_TIMEOUT_ENABLED"),
        read("CONNECTION_TERMINATION_DEADLINE"),
        read("TERMINATION_GRACE_PERIOD_SECONDS"));
  }

  private static List<Variable> rest() {
    return List.of(
        only("ENABLE_RESPONSE_BAGGAGE", "true", "peers are always told who answered"),
        unused("AUTHZ_POLICY_INFO_LOGGING", "the access log always names the policy and rule"),
        only("TLS12_ENABLED", "false", "the mesh speaks TLS 1.3"),
        only("COMPLIANCE_POLICY", "", "BoringSSL's own choice of TLS 1.3 suites is used"),
        read("RUST_LOG"),
        read("LOG_FORMAT"),
        unused("PROXY_CONFIG", "ports are set by `ADMIN_ADDRESS` and `STATS_ADDRESS`"));
  }

  private static Variable read(String name) {
    return new Variable(name, new Treatment.Read());
  }

  private static Variable only(String name, String value, String reason) {
    return new Variable(name, new Treatment.Only(value, reason));
  }

  private static Variable unused(String name, String reason) {
    return new Variable(name, new Treatment.Unused(reason));
  }

  /// Leaves a problem for each variable whose value is not possible here, and returns what to tell
  /// about those that do nothing.
  static List<String> check(Environment environment) {
    for (Variable variable : all()) {
      if (variable.treatment() instanceof Treatment.Only(var value, var reason)) {
        String found = environment.text(variable.name(), value);
        if (!found.equals(value)) {
          environment.problem("invalid " + variable.name() + "=`" + found + "`: " + reason);
        }
      }
    }
    return all().stream().flatMap(variable -> remark(variable, environment)).toList();
  }

  private static Stream<String> remark(Variable variable, Environment environment) {
    return variable.treatment() instanceof Treatment.Unused(var reason)
            && environment.text(variable.name()).isPresent()
        ? Stream.of(variable.name() + " does nothing here: " + reason)
        : Stream.empty();
  }

  /// The table of the README.
  static String table() {
    var table = new StringBuilder("| upstream's variable | here |\n| --- | --- |\n");
    for (Variable variable : all()) {
      String text =
          switch (variable.treatment()) {
            case Treatment.Read() -> "the same";
            case Treatment.Only(var value, var reason) ->
                "only " + (value.isEmpty() ? "unset" : "`" + value + "`") + ": " + reason;
            case Treatment.Unused(var reason) -> "does nothing, and the log says so: " + reason;
          };
      table.append("| `").append(variable.name()).append("` | ").append(text).append(" |\n");
    }
    return table.toString();
  }
}
