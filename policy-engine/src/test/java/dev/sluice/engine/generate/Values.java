package dev.sluice.engine.generate;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.StringMatch;
import java.net.InetAddress;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Single values out of small alphabets.
public final class Values {

  static final List<String> NAMESPACES = List.of("shop", "pay");
  static final List<String> ACCOUNTS = List.of("web", "api", "we");
  static final List<String> DOMAINS = List.of("cluster.local", "td");
  static final List<String> PATHS =
      List.of("/", "/a", "/a/", "/a/b", "/a/b/c", "/ab", "/b", "/a//b", "*", "/admin/x");
  static final List<String> METHODS = List.of("GET", "POST", "get");
  static final List<String> HOSTS = List.of("Shop", "shop:80", "api.shop", "API.SHOP");
  static final List<String> TEXTS = List.of("a", "b", "ab", "a,b", "");
  static final List<String> TEMPLATES =
      List.of(
          "/a/{*}", "/{*}", "/a/{**}", "/{**}", "/a/{**}/c", "/{*}/b", "/a/{*}/{**}", "/a/{*}/");
  static final List<Integer> PORTS = List.of(80, 8080, 443, 0);
  static final List<String> ADDRESSES =
      List.of("10.0.0.1", "10.0.0.2", "10.1.0.1", "2001:db8::1", "2001:db8:1::1");

  private Values() {}

  public static Arbitrary<SpiffeId> identity() {
    return Combinators.combine(
            Arbitraries.of(DOMAINS), Arbitraries.of(NAMESPACES), Arbitraries.of(ACCOUNTS))
        .as(SpiffeId::of);
  }

  static Arbitrary<PolicyId> id(String kind) {
    return Combinators.combine(
            Arbitraries.of(NAMESPACES), Arbitraries.strings().withChars("ab-").ofLength(3))
        .as((namespace, name) -> new PolicyId(kind, namespace, "p" + name));
  }

  static Arbitrary<InetAddress> address() {
    return Arbitraries.of(ADDRESSES).map(InetAddress::ofLiteral);
  }

  static Arbitrary<Cidr> block() {
    return Combinators.combine(address(), Arbitraries.of(0, 8, 15, 16, 24, 31, 32)).as(Cidr::new);
  }

  static Arbitrary<PortSet> ports() {
    var few = Arbitraries.of(PORTS).list().ofMaxSize(3);
    return Arbitraries.oneOf(few.map(PortSet::of), few.map(PortSet::allExcept));
  }

  /// A match that some of `texts` satisfy.
  static Arbitrary<StringMatch> match(List<String> texts) {
    return match(Arbitraries.of(texts));
  }

  static Arbitrary<StringMatch> match(Arbitrary<String> texts) {
    return Combinators.combine(texts, Arbitraries.integers().between(0, 12))
        .as((text, way) -> match(text, way));
  }

  private static StringMatch match(String text, int way) {
    int cut = Math.min(text.length(), way / 2);
    return switch (way) {
      case 0, 1 -> new StringMatch.Present();
      case 2, 3, 4, 5 -> new StringMatch.Exact(text);
      default ->
          way % 2 == 0
              ? new StringMatch.Prefix(text.substring(0, text.length() - cut))
              : new StringMatch.Suffix(text.substring(cut));
    };
  }
}
