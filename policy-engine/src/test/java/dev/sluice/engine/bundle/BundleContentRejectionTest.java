package dev.sluice.engine.bundle;

import static dev.sluice.engine.bundle.Lab.expectation;
import static dev.sluice.engine.bundle.Lab.refused;
import static dev.sluice.engine.bundle.Lab.verified;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is in the directory and in the contents, beyond the signed manifest.
class BundleContentRejectionTest {
  private final Lab lab = Lab.create();
  @TempDir Path folder;

  private BundleVerifier.Opened open(Draft draft) {
    return BundleVerifier.open(draft.write(folder), lab.root(), expectation());
  }

  private RejectionReason reason(Draft draft) {
    return refused(open(draft)).code();
  }

  private static UnaryOperator<byte[]> text(UnaryOperator<String> edit) {
    return bytes ->
        edit.apply(new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"extra", "blobs/extra", "blobs/sha256/extra"})
  void an_extra_file_anywhere_is_unlisted(String name) throws IOException {
    Path bundle = lab.draft().write(folder);
    Files.writeString(bundle.resolve(name), "hidden");

    assertThat(refused(BundleVerifier.open(bundle, lab.root(), expectation())).code())
        .isEqualTo(RejectionReason.UNLISTED_CONTENT);
  }

  @Test
  void a_layer_that_is_not_signed_for_is_unlisted() {
    Draft draft = lab.draft();
    Manifest.Content hidden =
        new Manifest.Content(
            "waypoint/shop/other", Manifest.Content.SHARD, 2, OciLayout.EMPTY.digest());
    Manifest signed = draft.manifest();
    draft.contents(list -> Stream.concat(list.stream(), Stream.of(hidden)).toList());
    draft.envelope(
        _ -> Envelope.sign(Manifest.PAYLOAD_TYPE, signed.toJson(), lab.bundleKeys).toJson());

    assertThat(reason(draft)).isEqualTo(RejectionReason.UNLISTED_CONTENT);
  }

  @Test
  void swapped_contents_are_noticed() throws IOException {
    Path bundle = lab.draft().write(folder);
    List<Manifest.Content> contents = lab.draft().manifest().contents();
    Path blobs = bundle.resolve("blobs/sha256");
    Path one = blobs.resolve(contents.getFirst().digest().hex());
    Path two = blobs.resolve(contents.getLast().digest().hex());
    byte[] first = Files.readAllBytes(one);
    Files.write(one, Files.readAllBytes(two));
    Files.write(two, first);

    assertThat(refused(BundleVerifier.open(bundle, lab.root(), expectation())).code())
        .isIn(RejectionReason.SIZE_MISMATCH, RejectionReason.DIGEST_MISMATCH);
  }

  @Test
  void a_content_under_the_name_of_another_is_inconsistent() {
    assertThat(
            reason(
                lab.draft()
                    .contents(list ->
                        list.stream()
                            .map(one ->
                                new Manifest.Content(
                                    one.name() + "x", one.mediaType(), one.size(), one.digest()))
                            .toList())))
        .isEqualTo(RejectionReason.INCONSISTENT_CONTENT);
  }

  @Test
  void contents_must_agree_about_the_mesh_and_hold_what_their_point_can_evaluate() {
    var foreign = Lab.shard(new EnforcementPoint.Waypoint("shop", "waypoint"), "other.mesh");
    var http = Lab.policy("shop", "l7", new Condition.Method(new StringMatch.Exact("GET")));

    assertThat(reason(lab.draft().shards(Lab.ztunnel(), foreign)))
        .isEqualTo(RejectionReason.INCONSISTENT_CONTENT);
    assertThat(reason(lab.draft().shards(Lab.ztunnel(http))))
        .isEqualTo(RejectionReason.INCONSISTENT_CONTENT);
    verified(open(lab.draft().shards(Lab.ztunnel())));
  }

  @Test
  void a_content_of_an_unknown_media_type_is_refused() {
    assertThat(
            reason(
                lab.draft()
                    .contents(list ->
                        list.stream()
                            .map(one ->
                                new Manifest.Content(
                                    one.name(), "application/x", one.size(), one.digest()))
                            .toList())))
        .isEqualTo(RejectionReason.UNSUPPORTED_FORMAT);
  }

  @Test
  void links_inside_a_bundle_are_not_followed_and_one_to_it_is() throws IOException {
    Draft draft = lab.draft();
    Path bundle = draft.write(folder);
    Path current = folder.resolve("current");
    DurableFiles.link(current, bundle);
    verified(BundleVerifier.open(current, lab.root(), expectation()));

    Path blob = draft.firstBlob(bundle);
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(blob, elsewhere);
    Files.createSymbolicLink(blob, elsewhere);
    assertThat(refused(BundleVerifier.open(bundle, lab.root(), expectation())).code())
        .isEqualTo(RejectionReason.UNREADABLE);

    Path second = lab.draft().write(folder);
    Files.move(second.resolve("blobs"), folder.resolve("blobs"));
    Files.createSymbolicLink(second.resolve("blobs"), folder.resolve("blobs"));
    assertThat(refused(BundleVerifier.open(second, lab.root(), expectation())).code())
        .isEqualTo(RejectionReason.UNREADABLE);
  }

  @Test
  void an_envelope_beyond_its_cap_is_refused_before_it_is_parsed() {
    assertThat(reason(lab.draft().envelope(text(json -> json + " ".repeat(256 * 1024)))))
        .isEqualTo(RejectionReason.TOO_LARGE);
  }

  @Test
  void an_inspection_shows_claims_without_trusting_them() throws IOException {
    Draft draft = lab.draft().signers(Lab.keys(KeyAlgorithm.ED25519, 1));
    Path bundle = draft.write(folder);

    assertThat(Inspection.of(bundle))
        .isInstanceOfSatisfying(
            Inspection.Claims.class,
            claims -> {
              assertThat(claims.manifest()).isEqualTo(draft.manifest());
              assertThat(claims.keyIds()).hasSize(1);
              assertThat(claims.contents()).hasSize(2);
            });
    Files.delete(bundle.resolve("oci-layout"));
    assertThat(Inspection.of(bundle)).isInstanceOf(Inspection.Unreadable.class);
  }
}
