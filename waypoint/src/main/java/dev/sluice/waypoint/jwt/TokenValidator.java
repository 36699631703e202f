package dev.sluice.waypoint.jwt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import dev.sluice.engine.policy.RequestAuthentication.OriginalToken;
import dev.sluice.engine.policy.RequestAuthentication.TokenLocation;
import dev.sluice.waypoint.jwt.Provider.Check;
import dev.sluice.waypoint.jwt.Provider.Location;
import dev.sluice.waypoint.jwt.Provider.PrefixCase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Judges the tokens of a request under all RequestAuthentications of its destination.
///
/// A valid token for one provider suffices; otherwise every presented token must be valid; no token
/// at all is no identity. Two different tokens for one provider are invalid. Source: Istio
/// RequestAuthentication; RFC 8725.
public final class TokenValidator {

  private static final int CACHED_TOKENS = 1000;
  private static final String CONFLICT = "two different tokens for one issuer";

  private final List<Provider> providers;
  private final Set<String> derivedHeaders;
  private final Cache<CacheKey, Check.Valid> valid =
      Caffeine.newBuilder().maximumSize(CACHED_TOKENS).executor(Runnable::run).build();

  private record CacheKey(int provider, String digest) {}

  private record Found(Provider provider, int index, TokenLocation at) {}

  private record Judged(Found found, String token, CompactToken parsed, Check check) {}

  private TokenValidator(List<Provider> providers) {
    this.providers = providers;
    this.derivedHeaders = derivedHeaders(providers.stream().map(Provider::rule).toList());
  }

  /// A validator for the rules of all these policies.
  public static TokenValidator of(List<RequestAuthentication> policies) {
    return new TokenValidator(
        policies.stream()
            .flatMap(policy -> policy.rules().stream())
            .sorted(Comparator.comparing(JwtRule::issuer))
            .map(Provider::from)
            .toList());
  }

  /// Headers that these rules set, in lower case: a client's own are never believed.
  public static Set<String> derivedHeaders(RequestAuthentication policy) {
    return derivedHeaders(policy.rules());
  }

  /// Whether there is any rule.
  public boolean hasRules() {
    return !providers.isEmpty();
  }

  /// Judges the tokens of one request.
  public TokenOutcome validate(TokenSource source, Instant now) {
    if (providers.isEmpty()) {
      return new TokenOutcome(new Credential.Absent(), TokenEdits.none());
    }
    Map<String, List<Found>> tokens = find(source);
    List<Judged> judged = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    tokens.forEach((token, found) -> judge(token, found, now, judged, problems));
    addConflicts(judged, problems);
    Credential credential = credential(judged, problems, tokens.size());
    Judged winner = credential instanceof Credential.Valid ? firstValid(judged) : null;
    return new TokenOutcome(credential, edits(tokens, judged, winner));
  }

  private Map<String, List<Found>> find(TokenSource source) {
    Map<String, List<Found>> tokens = new LinkedHashMap<>();
    for (int i = 0; i < providers.size(); i++) {
      Provider provider = providers.get(i);
      for (Location location : provider.locations()) {
        for (String token : at(location, source)) {
          tokens
              .computeIfAbsent(token, _ -> new ArrayList<>())
              .add(new Found(provider, i, location.at()));
        }
      }
    }
    return tokens;
  }

  private static List<String> at(Location location, TokenSource source) {
    return switch (location.at()) {
      case TokenLocation.FromHeader(var name, var prefix) -> {
        List<String> tokens = new ArrayList<>();
        for (String value : source.headers(name)) {
          boolean ignoreCase = location.prefixCase() == PrefixCase.IGNORED;
          if (value.regionMatches(ignoreCase, 0, prefix, 0, prefix.length())) {
            tokens.add(value.substring(prefix.length()).strip());
          }
        }
        yield tokens;
      }
      case TokenLocation.FromParameter(var name) -> QueryText.values(source.query(), name);
      case TokenLocation.FromCookie(var name) -> CookieText.values(source.headers("cookie"), name);
    };
  }

  private void judge(
      String token, List<Found> places, Instant now, List<Judged> judged, List<String> problems) {
    switch (CompactToken.parse(token)) {
      case CompactToken.Parsed.Malformed(var reason) -> problems.add(reason);
      case CompactToken.Parsed.Token(var parsed) -> {
        boolean issued = false;
        for (Found found : places) {
          if (found.provider().isIssuerOf(parsed)) {
            issued = true;
            judged.add(new Judged(found, token, parsed, check(found, token, parsed, now)));
          }
        }
        if (!issued) {
          problems.add("issuer is not configured");
        }
      }
    }
  }

  private Check check(Found found, String token, CompactToken parsed, Instant now) {
    CacheKey key = new CacheKey(found.index(), sha256(token));
    Check.Valid cached = valid.getIfPresent(key);
    if (cached != null && cached.isCurrentAt(now)) {
      return cached;
    }
    Check check = found.provider().check(parsed, now);
    if (check instanceof Check.Valid fresh) {
      valid.put(key, fresh);
    } else {
      valid.invalidate(key);
    }
    return check;
  }

  private static void addConflicts(List<Judged> judged, List<String> problems) {
    Map<Integer, String> tokenOfProvider = new HashMap<>();
    for (Judged one : judged) {
      String other = tokenOfProvider.putIfAbsent(one.found().index(), one.token());
      if (other != null && !other.equals(one.token())) {
        problems.add(CONFLICT);
        return;
      }
    }
  }

  private static Credential credential(
      List<Judged> judged, List<String> problems, int tokensPresented) {
    if (tokensPresented == 0) {
      return new Credential.Absent();
    }
    if (problems.contains(CONFLICT)) {
      return new Credential.Invalid(CONFLICT);
    }
    Judged winner = firstValid(judged);
    if (winner != null && winner.check() instanceof Check.Valid(var claims, _, _, _)) {
      return new Credential.Valid(claims);
    }
    if (!problems.isEmpty()) {
      return new Credential.Invalid(problems.getFirst());
    }
    Map<String, Check> best = new LinkedHashMap<>();
    for (Judged one : judged) {
      best.merge(
          one.token(), one.check(), (old, next) -> old instanceof Check.WrongAudience ? old : next);
    }
    for (Check check : best.values()) {
      if (check instanceof Check.Invalid(var reason)) {
        return new Credential.Invalid(reason);
      }
    }
    return new Credential.WrongAudience("audience is not accepted");
  }

  private static @Nullable Judged firstValid(List<Judged> judged) {
    return judged.stream()
        .filter(one -> one.check() instanceof Check.Valid)
        .min(Comparator.comparingInt(one -> one.found().index()))
        .orElse(null);
  }

  /// Tokens are stripped wherever they were found, unless the provider that accepted them forwards
  /// them; derived headers of the client never pass.
  private TokenEdits edits(
      Map<String, List<Found>> tokens, List<Judged> judged, @Nullable Judged winner) {
    Set<TokenLocation> forwarded = new HashSet<>();
    for (Judged one : judged) {
      boolean forwards =
          one.found().provider().rule().forwarding().originalToken() == OriginalToken.FORWARDED;
      if (one.check() instanceof Check.Valid && forwards) {
        forwarded.add(one.found().at());
      }
    }
    Set<String> headers = new HashSet<>(derivedHeaders);
    Set<String> parameters = new HashSet<>();
    Set<String> cookies = new HashSet<>();
    for (List<Found> places : tokens.values()) {
      for (Found found : places) {
        if (!forwarded.contains(found.at())) {
          switch (found.at()) {
            case TokenLocation.FromHeader(var name, _) -> headers.add(name);
            case TokenLocation.FromParameter(var name) -> parameters.add(name);
            case TokenLocation.FromCookie(var name) -> cookies.add(name);
          }
        }
      }
    }
    return new TokenEdits(headers, parameters, cookies, derived(winner));
  }

  private static Map<String, String> derived(@Nullable Judged winner) {
    if (winner == null) {
      return Map.of();
    }
    Map<String, String> headers = new LinkedHashMap<>();
    var forwarding = winner.found().provider().rule().forwarding();
    if (!forwarding.payloadHeader().isEmpty()) {
      headers.put(forwarding.payloadHeader().toLowerCase(Locale.ROOT), winner.parsed().payload());
    }
    for (var claim : forwarding.claimHeaders()) {
      ClaimReader.headerText(winner.parsed().claims(), claim.claim())
          .ifPresent(text -> headers.put(claim.header().toLowerCase(Locale.ROOT), text));
    }
    return headers;
  }

  private static Set<String> derivedHeaders(List<JwtRule> rules) {
    Set<String> names = new HashSet<>();
    for (JwtRule rule : rules) {
      var forwarding = rule.forwarding();
      if (!forwarding.payloadHeader().isEmpty()) {
        names.add(forwarding.payloadHeader().toLowerCase(Locale.ROOT));
      }
      forwarding.claimHeaders().forEach(c -> names.add(c.header().toLowerCase(Locale.ROOT)));
    }
    return Set.copyOf(names);
  }

  private static String sha256(String token) {
    try {
      byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }
}
