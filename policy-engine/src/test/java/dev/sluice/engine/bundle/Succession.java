package dev.sluice.engine.bundle;

import dev.sluice.engine.bundle.TrustRoot.Roles;
import dev.sluice.engine.bundle.TrustRoot.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The second trust root of a lab in the making, signed by the root keys of both.
final class Succession {
  private final Lab lab;
  private List<SigningKey> rootKeys;
  private List<SigningKey> bundleKeys;
  private Set<String> compromised = Set.of();
  private Instant issuedAt = Lab.NOW;
  private Instant expires;
  private long version = 2;

  private Succession(Lab lab) {
    this.lab = lab;
    this.rootKeys = lab.rootKeys;
    this.bundleKeys = lab.bundleKeys;
    this.expires = lab.statement().expires();
  }

  static Succession of(Lab lab) {
    return new Succession(lab);
  }

  Succession withRootKeys(List<SigningKey> keys) {
    rootKeys = keys;
    return this;
  }

  Succession withBundleKeys(List<SigningKey> keys) {
    bundleKeys = keys;
    return this;
  }

  /// Calls the lab's bundle keys compromised.
  Succession condemning() {
    compromised =
        lab.bundleKeys.stream().map(key -> key.publicKey().id()).collect(Collectors.toSet());
    return this;
  }

  Succession issuedAt(Instant value) {
    issuedAt = value;
    return this;
  }

  Succession expires(Instant value) {
    expires = value;
    return this;
  }

  Succession version(long value) {
    version = value;
    return this;
  }

  Statement statement() {
    return new Statement(
        version,
        1,
        issuedAt,
        expires,
        new Roles(
            Lab.role(rootKeys, lab.statement().roles().root().threshold()),
            Lab.role(bundleKeys, 1),
            Lab.role(lab.freshnessKeys, 1)),
        compromised);
  }

  byte[] envelope() {
    var signers = new ArrayList<>(lab.rootKeys);
    rootKeys.stream().filter(key -> !signers.contains(key)).forEach(signers::add);
    return Envelope.sign(TrustRoot.PAYLOAD_TYPE, statement().toJson(), signers).toJson();
  }

  RootChain chain() {
    return switch (RootChain.of(lab.root()).follow(List.of(Bytes.of(envelope())), Lab.NOW)) {
      case RootChain.Followed.Reached(var chain) -> chain;
      case RootChain.Followed.Refused(var rejection) ->
          throw new AssertionError(rejection.toString());
    };
  }
}
