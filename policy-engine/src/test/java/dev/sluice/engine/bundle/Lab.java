package dev.sluice.engine.bundle;

import dev.sluice.engine.bundle.TrustRoot.Role;
import dev.sluice.engine.bundle.TrustRoot.Roles;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.engine.shard.PolicyShard.MeshFacts;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Keys, a trust root and drafts of bundles for tests.
final class Lab {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final String AUDIENCE = "cluster.local";
  static final String CHANNEL = "main";

  final List<SigningKey> rootKeys;
  final List<SigningKey> bundleKeys;
  final List<SigningKey> freshnessKeys;
  private final int threshold;

  private Lab(KeyAlgorithm algorithm, int keys, int threshold) {
    this.rootKeys = keys(algorithm, keys);
    this.bundleKeys = keys(algorithm, keys);
    this.freshnessKeys = keys(algorithm, 1);
    this.threshold = threshold;
  }

  static Lab create() {
    return new Lab(KeyAlgorithm.ED25519, 1, 1);
  }

  static Lab of(KeyAlgorithm algorithm) {
    return new Lab(algorithm, 1, 1);
  }

  /// Three keys for root and bundle, of which two must sign.
  static Lab twoOfThree(KeyAlgorithm algorithm) {
    return new Lab(algorithm, 3, 2);
  }

  static List<SigningKey> keys(KeyAlgorithm algorithm, int count) {
    return Stream.generate(() -> SigningKey.generate(algorithm, new SecureRandom()))
        .limit(count)
        .toList();
  }

  TrustRoot.Statement statement() {
    return new TrustRoot.Statement(
        1,
        1,
        NOW.minus(Duration.ofDays(1)),
        NOW.plus(Duration.ofDays(365)),
        new Roles(role(rootKeys, threshold), role(bundleKeys, threshold), role(freshnessKeys, 1)));
  }

  static Role role(List<SigningKey> keys, int threshold) {
    var publicKeys = new LinkedHashSet<VerificationKey>();
    keys.forEach(key -> publicKeys.add(key.publicKey()));
    return new Role(publicKeys, threshold);
  }

  byte[] sign(TrustRoot.Statement statement) {
    return Envelope.sign(TrustRoot.PAYLOAD_TYPE, statement.toJson(), rootKeys).toJson();
  }

  TrustRoot root() {
    return trusted(TrustRoot.open(sign(statement()), NOW));
  }

  /// The same keys in a root of another epoch.
  TrustRoot rootOfEpoch(long epoch) {
    var now = statement();
    return trusted(
        TrustRoot.open(
            sign(new TrustRoot.Statement(2, epoch, now.issuedAt(), now.expires(), now.roles())),
            NOW));
  }

  static TrustRoot trusted(TrustRoot.Opened opened) {
    return switch (opened) {
      case TrustRoot.Opened.Trusted(var root) -> root;
      case TrustRoot.Opened.Refused(var rejection) ->
          throw new AssertionError("root refused: " + rejection);
    };
  }

  Draft draft() {
    return new Draft(this, shards());
  }

  static Expectation expectation() {
    return new Expectation(AUDIENCE, CHANNEL, Optional.empty(), NOW);
  }

  static Expectation expectationAt(Instant now) {
    return new Expectation(AUDIENCE, CHANNEL, Optional.empty(), now);
  }

  static Expectation expectationAfter(HighWaterMark mark) {
    return new Expectation(AUDIENCE, CHANNEL, Optional.of(mark), NOW);
  }

  static List<PolicyShard> shards() {
    return List.of(ztunnel(allow("shop", "api")), waypoint());
  }

  static PolicyShard ztunnel(AuthorizationPolicy... policies) {
    return shard(new EnforcementPoint.Ztunnel(), "cluster.local", policies);
  }

  static PolicyShard waypoint() {
    return shard(
        new EnforcementPoint.Waypoint("shop", "waypoint"), "cluster.local", allow("shop", "l7"));
  }

  static PolicyShard shard(
      EnforcementPoint point, String trustDomain, AuthorizationPolicy... policies) {
    return new PolicyShard(
        point,
        new MeshFacts(new TrustDomain(trustDomain), List.of(), PathNormalization.MERGE_SLASHES),
        List.of(policies),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  static AuthorizationPolicy allow(String namespace, String name) {
    return policy(
        namespace,
        name,
        new Condition.Principal(new StringMatch.Exact("cluster.local/ns/shop/sa/web")));
  }

  static AuthorizationPolicy policy(String namespace, String name, Condition condition) {
    return new AuthorizationPolicy(
        new PolicyId("AuthorizationPolicy", namespace, name),
        new Scope.InNamespace(namespace),
        Action.ALLOW,
        List.of(new Rule(0, condition)));
  }

  static VerifiedBundle verified(BundleVerifier.Opened opened) {
    return switch (opened) {
      case BundleVerifier.Opened.Verified(var bundle) -> bundle;
      case BundleVerifier.Opened.Refused(var rejection) ->
          throw new AssertionError("bundle refused: " + rejection);
    };
  }

  static Rejection refused(BundleVerifier.Opened opened) {
    return switch (opened) {
      case BundleVerifier.Opened.Refused(var rejection) -> rejection;
      case BundleVerifier.Opened.Verified(var bundle) ->
          throw new AssertionError("accepted: " + bundle);
    };
  }

  static Rejection refused(TrustRoot.Opened opened) {
    return switch (opened) {
      case TrustRoot.Opened.Refused(var rejection) -> rejection;
      case TrustRoot.Opened.Trusted(var root) -> throw new AssertionError("accepted: " + root);
    };
  }
}
