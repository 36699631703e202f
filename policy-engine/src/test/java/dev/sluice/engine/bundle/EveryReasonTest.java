package dev.sluice.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One way to be rejected per reason: the switch does not compile when a reason has none.
class EveryReasonTest {
  private final Lab lab = Lab.create();
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(RejectionReason.class)
  void each_reason_is_given_for_what_it_names(RejectionReason reason) throws IOException {
    Rejection rejection =
        switch (reason) {
          case UNREADABLE,
              TOO_LARGE,
              MALFORMED_LAYOUT,
              MISSING_CONTENT,
              SIZE_MISMATCH,
              DIGEST_MISMATCH,
              UNLISTED_CONTENT ->
              layout(reason);
          case MALFORMED_ROOT, ROOT_NOT_YET_VALID, ROOT_EXPIRED, ROOT_VERSION -> root(reason);
          case STATE_DAMAGED -> damagedState();
          case KEY_COMPROMISED -> compromised();
          case ROLLBACK, EQUIVOCATION -> replay(reason);
          case MALFORMED_ENVELOPE,
              WRONG_PAYLOAD_TYPE,
              BAD_SIGNATURE,
              MALFORMED_MANIFEST,
              UNSUPPORTED_FORMAT,
              UNKNOWN_CRITICAL,
              WRONG_AUDIENCE,
              WRONG_CHANNEL,
              WRONG_EPOCH,
              NOT_YET_VALID,
              EXPIRED,
              BAD_FRESHNESS,
              FRESHNESS_MISMATCH,
              FRESHNESS_EXPIRED,
              MALFORMED_CONTENT,
              INCONSISTENT_CONTENT,
              SELF_TEST_FAILED ->
              open(draft(reason));
        };

    assertThat(rejection.code()).isEqualTo(reason);
    assertThat(rejection.detail()).isNotBlank().doesNotContain("\n");
  }

  private Rejection open(Draft draft) {
    return open(draft.write(folder));
  }

  private Rejection open(Path bundle) {
    return Lab.refused(BundleVerifier.open(bundle, lab.root(), Lab.expectation()));
  }

  private Draft draft(RejectionReason reason) {
    Draft draft = lab.draft();
    return switch (reason) {
      case MALFORMED_ENVELOPE -> draft.envelope(bytes -> Arrays.copyOf(bytes, bytes.length - 1));
      case WRONG_PAYLOAD_TYPE -> draft.payloadType(TrustRoot.PAYLOAD_TYPE);
      case BAD_SIGNATURE -> draft.signers(Lab.keys(KeyAlgorithm.ED25519, 1));
      case MALFORMED_MANIFEST ->
          draft.payload(text -> text.replace("\"sequence\":7", "\"sequence\":-7"));
      case UNSUPPORTED_FORMAT -> draft.minReaderVersion(Manifest.FORMAT_VERSION + 1);
      case UNKNOWN_CRITICAL -> draft.critical("channel", "onExpiry");
      case WRONG_AUDIENCE -> draft.audience("other.mesh");
      case WRONG_CHANNEL -> draft.channel("canary");
      case WRONG_EPOCH -> draft.revision(2, 1);
      case NOT_YET_VALID -> draft.issuedAt(Lab.NOW.plus(Duration.ofMinutes(6)));
      case EXPIRED -> draft.expires(Lab.NOW.minus(Duration.ofMinutes(6)));
      case BAD_FRESHNESS, FRESHNESS_MISMATCH, FRESHNESS_EXPIRED -> freshness(draft, reason);
      case MALFORMED_CONTENT -> draft.firstContent("not a shard");
      case INCONSISTENT_CONTENT -> draft.shards(Lab.waypoint());
      case SELF_TEST_FAILED -> draft.semanticDigest(Digest.of(new byte[1]));
      default -> throw new AssertionError("no draft for " + reason);
    };
  }

  private Draft freshness(Draft draft, RejectionReason reason) {
    return switch (reason) {
      case BAD_FRESHNESS -> draft.freshness(statement -> statement, lab.bundleKeys);
      case FRESHNESS_MISMATCH ->
          draft.freshness(one ->
              new Freshness(
                  one.audience(),
                  one.channel(),
                  one.epoch(),
                  one.sequence() + 1,
                  one.manifestDigest(),
                  one.issuedAt(),
                  one.expires()));
      case FRESHNESS_EXPIRED ->
          draft.freshness(one ->
              new Freshness(
                  one.audience(),
                  one.channel(),
                  one.epoch(),
                  one.sequence(),
                  one.manifestDigest(),
                  one.issuedAt().minus(Duration.ofDays(1)),
                  one.issuedAt().minus(Duration.ofHours(1))));
      default -> throw new AssertionError("no statement for " + reason);
    };
  }

  private Rejection layout(RejectionReason reason) throws IOException {
    Draft draft = lab.draft();
    Path bundle = draft.write(folder);
    Path blob = draft.firstBlob(bundle);
    switch (reason) {
      case UNREADABLE -> DurableFiles.delete(bundle);
      case TOO_LARGE -> Files.write(bundle.resolve("index.json"), new byte[1 << 20]);
      case MALFORMED_LAYOUT -> Files.writeString(bundle.resolve("index.json"), "{}");
      case MISSING_CONTENT -> Files.delete(blob);
      case SIZE_MISMATCH -> Files.write(blob, new byte[Files.readAllBytes(blob).length + 1]);
      case DIGEST_MISMATCH -> Files.write(blob, new byte[Files.readAllBytes(blob).length]);
      case UNLISTED_CONTENT -> Files.writeString(blob.resolveSibling("0".repeat(64)), "extra");
      default -> throw new AssertionError("no layout for " + reason);
    }
    return open(bundle);
  }

  private Rejection root(RejectionReason reason) {
    TrustRoot.Statement good = lab.statement();
    return switch (reason) {
      case MALFORMED_ROOT -> {
        String text = new String(good.toJson(), StandardCharsets.UTF_8);
        byte[] payload =
            text.replace("\"threshold\":1", "\"threshold\":0").getBytes(StandardCharsets.UTF_8);
        yield Lab.refused(
            TrustRoot.open(
                Envelope.sign(TrustRoot.PAYLOAD_TYPE, payload, lab.rootKeys).toJson(), Lab.NOW));
      }
      case ROOT_NOT_YET_VALID ->
          Lab.refused(TrustRoot.open(lab.sign(good), good.issuedAt().minus(Duration.ofMinutes(6))));
      case ROOT_EXPIRED ->
          Lab.refused(TrustRoot.open(lab.sign(good), good.expires().plus(Duration.ofMinutes(6))));
      case ROOT_VERSION -> Lab.refused(lab.rootOfEpoch(3).succeededBy(lab.sign(good), Lab.NOW));
      default -> throw new AssertionError("no root for " + reason);
    };
  }

  private Rejection replay(RejectionReason reason) {
    long accepted = reason == RejectionReason.ROLLBACK ? 8 : 7;
    var mark = new HighWaterMark(1, accepted, Digest.of(new byte[0]), Lab.NOW);
    return Lab.refused(
        BundleVerifier.open(lab.draft().write(folder), lab.root(), Lab.expectationAfter(mark)));
  }

  private Rejection compromised() throws IOException {
    VerifiedBundle accepted =
        Lab.verified(BundleVerifier.open(lab.draft().write(folder), lab.root(), Lab.expectation()));
    BundleState state =
        switch (BundleState.open(folder.resolve("state"))) {
          case BundleState.Opened.Ready(var opened) -> opened;
          case BundleState.Opened.Damaged(var rejection) ->
              throw new AssertionError(rejection.toString());
        };
    state.persist(accepted);
    RootChain roots =
        Succession.of(lab).withBundleKeys(Lab.keys(KeyAlgorithm.ED25519, 1)).condemning().chain();
    return switch (state.lastGood(roots, Lab.AUDIENCE, Lab.CHANNEL, Lab.NOW)) {
      case BundleState.Recovered.Refused(var rejection) -> rejection;
      case BundleState.Recovered.LastGood _, BundleState.Recovered.Nothing _ ->
          throw new AssertionError("served");
    };
  }

  private Rejection damagedState() throws IOException {
    Path directory = folder.resolve("state");
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("high-water.json"), "{\"epoch\": 1}");
    return switch (BundleState.open(directory)) {
      case BundleState.Opened.Damaged(var rejection) -> rejection;
      case BundleState.Opened.Ready _ -> throw new AssertionError("opened");
    };
  }

  @ParameterizedTest
  @EnumSource(RejectionReason.class)
  void codes_are_snake_case_and_stable(RejectionReason reason) {
    assertThat(reason.code()).matches("[a-z]+(_[a-z]+)*");
    assertThat(List.of(RejectionReason.values())).contains(reason);
  }
}
