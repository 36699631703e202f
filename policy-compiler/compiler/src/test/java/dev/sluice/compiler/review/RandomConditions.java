package dev.sluice.compiler.review;

import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PathTemplate;
import dev.sluice.engine.policy.StringMatch;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Conditions over so few values that they often imply or exclude each other.
final class RandomConditions {

  private static final List<String> PRINCIPALS =
      List.of(
          "td/ns/foo/sa/a",
          "td/ns/foo/sa/ab",
          "td2/ns/bar/sa/a",
          "*",
          "td/*",
          "td/ns/foo/*",
          "td/ns/fo*",
          "td/ns/foo/sa/a*",
          "td*",
          "td/n*",
          "td/ns/foo/s*",
          "td/x*",
          "*/sa/a",
          "*foo/sa/a",
          "*/ns/foo/sa/a",
          "*a",
          "*b/x",
          "*td/ns/foo/sa/ab",
          "not-a-principal");
  private static final List<String> NAMES = List.of("foo", "fo*", "*o", "bar", "*", "foobar");
  private static final List<String> DOMAINS = List.of("td", "td2", "t*", "*2", "*");
  private static final List<String> PATHS =
      List.of("/a", "/a/b", "/a*", "/a/*", "*/b", "*", "/b", "/a/b/c", "/*");
  private static final List<String> TEMPLATES =
      List.of("/a/{*}", "/a/{**}", "/{*}/b", "/a/{*}/c", "/{**}", "/a/{**}/c");
  private static final List<String> TEXTS = List.of("a", "A", "ab", "a*", "*b", "*", "b");
  private static final List<String> BLOCKS =
      List.of("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "11.0.0.0/8", "0.0.0.0/0", "2001:db8::/32");

  private final Random random;

  RandomConditions(long seed) {
    random = new Random(seed);
  }

  Condition next(int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return leaf();
    }
    List<Condition> terms =
        IntStream.range(0, 1 + random.nextInt(3)).mapToObj(_ -> next(depth - 1)).toList();
    return switch (random.nextInt(5)) {
      case 0, 1 -> new Condition.AllOf(terms);
      case 2, 3 -> new Condition.AnyOf(terms);
      default -> new Condition.Not(terms.getFirst());
    };
  }

  Condition leaf() {
    return switch (random.nextInt(14)) {
      case 0, 1 -> new Condition.Principal(text(PRINCIPALS));
      case 2 -> new Condition.PeerNamespace(text(NAMES));
      case 3 -> new Condition.PeerServiceAccount(pick(List.of("foo", "bar")), "a");
      case 4 -> new Condition.PeerTrustDomain(text(DOMAINS));
      case 5 -> new Condition.SourceAddress(Cidr.parse(pick(BLOCKS)).orElseThrow());
      case 6 -> new Condition.WorkloadPort(random.nextInt(2) + 1);
      case 7 -> new Condition.Host(text(TEXTS));
      case 8 -> new Condition.Method(text(TEXTS));
      case 9, 10 -> new Condition.Path(text(PATHS));
      case 11 -> new Condition.TemplatedPath(PathTemplate.parse(pick(TEMPLATES)));
      case 12 -> new Condition.Header("x", text(TEXTS));
      default -> new Condition.Claim(List.of("c"), text(TEXTS));
    };
  }

  private StringMatch text(List<String> notations) {
    return StringMatch.parse(pick(notations));
  }

  private String pick(List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
