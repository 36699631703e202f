package dev.sluice.compiler.explain;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.PathTemplate;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.StringMatch;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Values that match what a policy writes: exact, `abc*`, `*abc`, `*`, blocks and templates.
final class Samples {

  private static final String ANYTHING = "x";
  private static final String ACCOUNT = "default";

  private Samples() {}

  static String text(String notation) {
    return switch (StringMatch.parse(notation)) {
      case StringMatch.Exact(var value) -> value;
      case StringMatch.Prefix(var value) -> value;
      case StringMatch.Suffix(var value) -> ANYTHING + value;
      case StringMatch.Present() -> ANYTHING;
    };
  }

  static String path(String notation) {
    if (PathTemplate.isTemplate(notation)) {
      return notation.replace("{**}", ANYTHING).replace("{*}", ANYTHING);
    }
    String text = text(notation);
    return text.startsWith("/") ? text : "/" + text;
  }

  static Optional<InetAddress> address(String block) {
    return Cidr.parse(block).map(Cidr::network);
  }

  /// An identity with that principal, completed with the parts of `like` where a wildcard stands.
  static Optional<Peer> principal(String notation, SpiffeId like) {
    List<String> attempts =
        switch (StringMatch.parse(notation)) {
          case StringMatch.Exact(var value) -> List.of(value);
          case StringMatch.Prefix(var value) ->
              List.of(
                  value,
                  value + like.serviceAccount(),
                  value + "sa/" + like.serviceAccount(),
                  value + like.namespace() + "/sa/" + like.serviceAccount(),
                  value + "ns/" + like.namespace() + "/sa/" + like.serviceAccount(),
                  value + "/ns/" + like.namespace() + "/sa/" + like.serviceAccount());
          case StringMatch.Suffix(var value) ->
              List.of(
                  like.trustDomain().name() + value,
                  like.trustDomain().name() + "/ns/" + like.namespace() + value,
                  like.trustDomain().name()
                      + "/ns/"
                      + like.namespace()
                      + "/sa/"
                      + ANYTHING
                      + value);
          case StringMatch.Present() -> List.of(like.principal());
        };
    return attempts.stream()
        .map(SpiffeId::parsePrincipal)
        .flatMap(Optional::stream)
        .findFirst()
        .map(Peer.Identified::new);
  }

  static Optional<Peer> namespace(String notation, SpiffeId like) {
    return identity(like.trustDomain().name(), text(notation), like.serviceAccount());
  }

  static Optional<Peer> trustDomain(String notation, SpiffeId like) {
    return identity(text(notation), like.namespace(), like.serviceAccount());
  }

  /// `name` or `namespace/name`; without a namespace it is the policy's.
  static Optional<Peer> account(String written, String policyNamespace, SpiffeId like) {
    int slash = written.indexOf('/');
    return identity(
        like.trustDomain().name(),
        slash < 0 ? policyNamespace : written.substring(0, slash),
        written.substring(slash + 1));
  }

  private static Optional<Peer> identity(String trustDomain, String namespace, String account) {
    return SpiffeId.parsePrincipal(trustDomain + "/ns/" + namespace + "/sa/" + account)
        .map(Peer.Identified::new);
  }

  /// Who a client without identity would be, when only a part of an identity is asked for.
  static SpiffeId nobody(String trustDomain, String namespace) {
    return SpiffeId.of(trustDomain, namespace, ACCOUNT);
  }
}
