package dev.sluice.compiler.space;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.PathTemplate;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Makes conditions, policy sets and requests out of small alphabets, so that matches overlap in
/// every way they can.
final class Inventor {
  private static final List<String> PATHS =
      List.of("/", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b", "/a//b", "*", "/aa/aab", "");
  private static final List<String> TEMPLATES =
      List.of(
          "/a/{*}",
          "/{*}",
          "/a/{**}",
          "/{**}",
          "/a/{**}/c",
          "/{*}/b",
          "/a/{*}/{**}",
          "/a/{*}/",
          "/{**}/b/{**}x",
          "/aa/{**}/a/b");
  private static final List<String> METHODS = List.of("GET", "POST", "get", "GE");
  private static final List<String> HOSTS = List.of("Shop", "shop:80", "api.shop", "API.SHOP", "x");
  private static final List<String> TEXTS = List.of("a", "b", "ab", "a,b", "", "aba", "bab");
  private static final List<String> ADDRESSES =
      List.of("10.0.0.1", "10.0.0.2", "10.1.0.1", "2001:db8::1", "2001:db8:1::1", "0.0.0.0");
  private static final List<Integer> PORTS = List.of(80, 8080, 443, 0);
  private static final List<List<String>> CLAIMS =
      List.of(
          List.of("iss"),
          List.of("sub"),
          List.of("groups"),
          List.of("realm"),
          List.of("realm", "roles"));

  private final Random random;

  Inventor(long seed) {
    this.random = new Random(seed);
  }

  <T> T pick(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }

  private <T> List<T> some(int most, Supplier<T> make) {
    return IntStream.range(0, random.nextInt(most + 1)).mapToObj(_ -> make.get()).toList();
  }

  Condition condition(int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return leaf();
    }
    return switch (random.nextInt(5)) {
      case 0, 1 -> new Condition.AllOf(some(3, () -> condition(depth - 1)));
      case 2, 3 -> new Condition.AnyOf(some(3, () -> condition(depth - 1)));
      default -> new Condition.Not(condition(depth - 1));
    };
  }

  private Condition leaf() {
    return switch (random.nextInt(16)) {
      case 0 -> new Condition.Principal(match(identity().principal()));
      case 1 -> new Condition.PeerNamespace(match(identity().namespace()));
      case 2 -> new Condition.PeerTrustDomain(match(identity().trustDomain().name()));
      case 3 ->
          new Condition.PeerServiceAccount(identity().namespace(), identity().serviceAccount());
      case 4 -> new Condition.SourceAddress(block());
      case 5 -> new Condition.WorkloadAddress(block());
      case 6 -> new Condition.ServiceAddress(block());
      case 7 -> new Condition.WorkloadPort(pick(PORTS));
      case 8 -> new Condition.ServicePort(pick(PORTS));
      case 9 -> new Condition.Path(match(pick(PATHS)));
      case 10 -> new Condition.TemplatedPath(template());
      case 11 -> new Condition.Method(match(pick(METHODS)));
      case 12 -> new Condition.Host(match(pick(HOSTS)));
      case 13 -> new Condition.Header(pick(List.of("x-a", "x-b")), match(pick(TEXTS)));
      case 14 -> new Condition.RequestPrincipal(match(pick(TEXTS)), match(pick(TEXTS)));
      default -> new Condition.Claim(pick(CLAIMS), match(pick(TEXTS)));
    };
  }

  PathTemplate template() {
    String text = pick(TEMPLATES);
    return PathTemplate.parse(text.contains("x") ? "/{*}/b/{**}" : text);
  }

  StringMatch match(String text) {
    int cut = random.nextInt(text.length() + 1);
    return switch (random.nextInt(8)) {
      case 0 -> new StringMatch.Present();
      case 1, 2 -> new StringMatch.Prefix(text.substring(0, cut));
      case 3, 4 -> new StringMatch.Suffix(text.substring(cut));
      default -> new StringMatch.Exact(text);
    };
  }

  private SpiffeId identity() {
    return SpiffeId.of(
        pick(List.of("cluster.local", "td")),
        pick(List.of("shop", "pay")),
        pick(List.of("web", "api", "we", "sa")));
  }

  private Cidr block() {
    return new Cidr(address(), pick(List.of(0, 8, 15, 16, 24, 31, 32)));
  }

  private InetAddress address() {
    return InetAddress.ofLiteral(pick(ADDRESSES));
  }

  Connection connection() {
    Peer peer = random.nextInt(6) == 0 ? Peer.anonymous() : new Peer.Identified(identity());
    return new Connection(peer, address(), addressPort(), service());
  }

  private @Nullable AddressPort service() {
    return random.nextInt(3) == 0 ? null : addressPort();
  }

  private AddressPort addressPort() {
    return new AddressPort(address(), pick(PORTS));
  }

  HttpRequest request() {
    var headers = new HashMap<String, String>();
    for (String name : List.of("x-a", "x-b")) {
      if (random.nextBoolean()) {
        headers.put(name, pick(TEXTS));
      }
    }
    return new HttpRequest(
        connection(), pick(METHODS), pick(HOSTS), pick(PATHS), Headers.of(headers), credential());
  }

  private Credential credential() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> new Credential.Absent();
      case 2 -> new Credential.Invalid("expired");
      case 3 -> new Credential.WrongAudience("other");
      default -> new Credential.Valid(new Claims(claims()));
    };
  }

  private Map<String, ClaimValue> claims() {
    var claims = new HashMap<String, ClaimValue>();
    for (String name : List.of("iss", "sub", "groups", "realm")) {
      if (random.nextInt(4) > 0) {
        claims.put(
            name,
            name.equals("realm") && random.nextBoolean()
                ? new ClaimValue.Nested(Map.of("roles", flat()))
                : flat());
      }
    }
    return claims;
  }

  private ClaimValue flat() {
    return switch (random.nextInt(5)) {
      case 0 -> new ClaimValue.Other();
      case 1, 2 -> new ClaimValue.Texts(some(3, () -> pick(TEXTS)));
      default -> new ClaimValue.Text(pick(TEXTS));
    };
  }

  PolicySet set() {
    var policies = new ArrayList<AuthorizationPolicy>();
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      var rules = new ArrayList<AuthorizationPolicy.Rule>();
      int size = random.nextInt(3);
      for (int j = 0; j < size; j++) {
        rules.add(new AuthorizationPolicy.Rule(j, condition(2)));
      }
      Action action = random.nextBoolean() ? Action.ALLOW : Action.DENY;
      policies.add(
          new AuthorizationPolicy(
              new PolicyId("AuthorizationPolicy", "shop", "p" + i),
              new Scope.Mesh(),
              action,
              rules));
    }
    return new PolicySet(
        policies,
        List.of(),
        MtlsRequirement.resolve(some(2, this::peerAuthentication)),
        some(2, this::guard));
  }

  private PeerAuthentication peerAuthentication() {
    var modes = List.of(PeerAuthentication.Mode.values());
    return new PeerAuthentication(
        new PolicyId("PeerAuthentication", "shop", "a" + random.nextInt(9)),
        pick(List.of(new Scope.Mesh(), new Scope.Selected("shop", Map.of("app", "a")))),
        pick(modes),
        Map.of(pick(PORTS), pick(modes)));
  }

  private Guard guard() {
    return new Guard(
        new PolicyId("Guard", "shop", "g" + random.nextInt(9)),
        new Scope.Mesh(),
        some(2, () -> new Guard.Admission(identity(), ports())),
        ports(),
        some(2, () -> match(identity().principal())));
  }

  private PortSet ports() {
    List<Integer> few = some(3, () -> pick(PORTS));
    return random.nextBoolean() ? PortSet.of(few) : PortSet.allExcept(few);
  }
}
