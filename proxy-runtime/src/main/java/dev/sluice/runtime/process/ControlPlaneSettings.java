package dev.sluice.runtime.process;

import dev.sluice.runtime.identity.wire.AuthorityClient;
import dev.sluice.runtime.wire.ControlPlane;
import dev.sluice.runtime.wire.ControlPlane.Roots;
import dev.sluice.runtime.wire.ControlPlane.Token;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads where the control plane is and how to talk to it, under upstream's names.
///
/// Without an address files are used; there is no default address. Source: ztunnel's configuration.
public final class ControlPlaneSettings {

  private static final String ROOT_FILE = "./var/run/secrets/istio/root-cert.pem";
  private static final String TOKEN_FILE = "./var/run/secrets/tokens/istio-token";
  private static final Duration CERTIFICATE_VALIDITY = Duration.ofHours(24);

  private ControlPlaneSettings() {}

  /// The authority that `CA_ADDRESS` names, if it does.
  public static Optional<AuthorityClient.Request> authority(
      Environment environment, AuthorityClient.Asking asking) {
    return service(environment, "CA")
        .map(server ->
            new AuthorityClient.Request(
                server, environment.duration("SECRET_TTL", CERTIFICATE_VALIDITY), asking));
  }

  /// The discovery server that `XDS_ADDRESS` names, if it does.
  public static Optional<ControlPlane> discovery(Environment environment) {
    return service(environment, "XDS");
  }

  /// The name of the cluster the proxy runs in.
  public static String cluster(Environment environment) {
    return environment
        .text("ISTIO_META_CLUSTER_ID")
        .orElseGet(() -> environment.text("CLUSTER_ID", "Kubernetes"));
  }

  private static Optional<ControlPlane> service(Environment environment, String service) {
    String variable = service + "_ADDRESS";
    Optional<String> text = environment.text(variable);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    var address = ControlPlane.Address.parse(text.get());
    if (address.isEmpty()) {
      environment.problem(
          "invalid " + variable + "=`" + text.get() + "`: expected `https://host:port`");
      return Optional.empty();
    }
    return Optional.of(
        new ControlPlane(
            address.get(),
            environment.text("ALT_" + service + "_HOSTNAME", address.get().host()),
            roots(environment.text(service + "_ROOT_CA", ROOT_FILE)),
            token(environment),
            headers(environment, service + "_HEADER_")));
  }

  private static Roots roots(String text) {
    if (text.equals("SYSTEM")) {
      return new Roots.OfSystem();
    }
    return text.contains("-----BEGIN ") ? new Roots.Inline(text) : new Roots.InFile(Path.of(text));
  }

  private static Optional<Token> token(Environment environment) {
    Optional<String> given = environment.text("AUTH_TOKEN");
    if (given.isEmpty()) {
      Path usual = Path.of(TOKEN_FILE);
      return Files.exists(usual) ? Optional.of(new Token.InFile(usual)) : Optional.empty();
    }
    // A path that leads nowhere yet must not be sent as if it were the token.
    String text = given.get();
    boolean isPath = text.startsWith("/") || text.startsWith("./");
    return Optional.of(isPath ? new Token.InFile(Path.of(text)) : new Token.Literal(text));
  }

  private static Map<String, String> headers(Environment environment, String prefix) {
    var headers = new HashMap<String, String>();
    headers.put("clusterid", cluster(environment));
    environment
        .withPrefix(prefix)
        .forEach((name, value) -> {
          String key = name.toLowerCase(Locale.ROOT);
          if (isToken(key) && isPrintable(value)) {
            headers.put(key, value);
          } else {
            environment.problem("invalid " + prefix + name + ": cannot be sent as a header");
          }
        });
    return headers;
  }

  private static boolean isToken(String name) {
    return !name.isEmpty()
        && !name.endsWith("-bin")
        && name.chars()
            .allMatch(c ->
                (c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || c == '.');
  }

  private static boolean isPrintable(String value) {
    return value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }
}
