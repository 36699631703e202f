package dev.sluice.engine.bundle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A trust root on its way to being trusted: what it says, and the signatures it has so far.
///
/// Key holders sign it one after the other, on machines that need not know each other. It
/// authorises nothing until {@link TrustRoot} accepts it.
public record RootDraft(TrustRoot.Statement statement, Envelope envelope) {

  /// How many distinct keys of a role signed, and how many must.
  public record Quorum(int have, int need) {
    /// Whether enough signed.
    public boolean isReached() {
      return have >= need;
    }
  }

  /// What came of reading a draft.
  public sealed interface Reading {
    /// Well formed; some of its signatures may be missing or bad.
    record Draft(RootDraft draft) implements Reading {}

    /// Not a trust root.
    record Refused(Rejection rejection) implements Reading {}
  }

  /// A draft that nobody signed.
  public static RootDraft of(TrustRoot.Statement statement) {
    return new RootDraft(
        statement, new Envelope(TrustRoot.PAYLOAD_TYPE, Bytes.of(statement.toJson()), List.of()));
  }

  /// Reads what {@link #toJson} wrote, whoever signed it.
  public static Reading parse(byte[] envelope) {
    return switch (RootJson.read(envelope)) {
      case RootJson.Reading.Refused(var rejection) -> new Reading.Refused(rejection);
      case RootJson.Reading.Read(var statement, var signed) ->
          new Reading.Draft(new RootDraft(statement, signed));
    };
  }

  /// The draft with the signature of one more key; signing twice changes nothing.
  public RootDraft signedBy(Signatory signatory) {
    if (!envelope.signers(Set.of(signatory.publicKey())).isEmpty()) {
      return this;
    }
    Envelope added =
        Envelope.sign(envelope.payloadType(), envelope.payload().toArray(), List.of(signatory));
    var signatures = new ArrayList<>(envelope.signatures());
    signatures.addAll(added.signatures());
    return new RootDraft(
        statement, new Envelope(envelope.payloadType(), envelope.payload(), signatures));
  }

  /// The signatures of the root keys it names itself.
  public Quorum own() {
    return quorum(statement.roles().root());
  }

  /// The signatures of the root keys of the root it is to follow.
  public Quorum of(TrustRoot predecessor) {
    return quorum(predecessor.roles().root());
  }

  private Quorum quorum(TrustRoot.Role role) {
    return new Quorum(envelope.signers(role.keys()).size(), role.threshold());
  }

  /// Whether every signature is there that makes it the successor of `predecessor`, or the first
  /// root of all.
  public boolean isComplete(Optional<TrustRoot> predecessor) {
    return own().isReached() && predecessor.map(root -> of(root).isReached()).orElse(true);
  }

  /// The DSSE envelope.
  public byte[] toJson() {
    return envelope.toJson();
  }
}
