package dev.sluice.engine.generate;

import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.engine.policy.Peer;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/// Connections and requests.
public final class Traffic {

  private Traffic() {}

  public static Arbitrary<Connection> connection() {
    Arbitrary<Peer> peers =
        Arbitraries.frequencyOf(
            Tuple.of(5, Values.identity().map(Peer.Identified::new)),
            Tuple.of(1, Arbitraries.just(Peer.anonymous())));
    return Combinators.combine(
            peers, Values.address(), addressPort(), addressPort().injectNull(0.3))
        .as(Connection::new);
  }

  private static Arbitrary<AddressPort> addressPort() {
    return Combinators.combine(Values.address(), Arbitraries.of(Values.PORTS)).as(AddressPort::new);
  }

  public static Arbitrary<HttpRequest> request() {
    Arbitrary<Headers> headers =
        Arbitraries.maps(Arbitraries.of("x-a", "X-B"), Arbitraries.of(Values.TEXTS))
            .ofMaxSize(2)
            .map(Headers::of);
    return Combinators.combine(
            connection(),
            Arbitraries.of(Values.METHODS),
            Arbitraries.of(Values.HOSTS),
            Arbitraries.of(Values.PATHS),
            headers,
            credential())
        .as(HttpRequest::new);
  }

  private static Arbitrary<Credential> credential() {
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.just(new Credential.Absent())),
        Tuple.of(6, claims().map(Credential.Valid::new)),
        Tuple.of(1, Arbitraries.just(new Credential.Invalid("expired"))),
        Tuple.of(1, Arbitraries.just(new Credential.WrongAudience("not ours"))));
  }

  private static Arbitrary<Claims> claims() {
    Arbitrary<ClaimValue> text = Arbitraries.of(Values.TEXTS).map(ClaimValue.Text::new);
    Arbitrary<ClaimValue> texts =
        Arbitraries.of(Values.TEXTS).list().ofMaxSize(2).map(ClaimValue.Texts::new);
    Arbitrary<ClaimValue> other = Arbitraries.just(new ClaimValue.Other());
    Arbitrary<ClaimValue> flat = Arbitraries.oneOf(text, texts, other);
    Arbitrary<ClaimValue> nested = flat.map(value -> new ClaimValue.Nested(Map.of("roles", value)));
    return Arbitraries.maps(
            Arbitraries.of(List.of("iss", "sub", "groups", "realm")),
            Arbitraries.oneOf(flat, text, nested))
        .ofMaxSize(4)
        .map(Claims::new);
  }
}
