package dev.sluice.engine.bundle;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// The trust root in force: the one an operator pinned, and its successors, each signed by the one
/// before it.
///
/// Source: TUF specification §5.3. No version is skipped; that a root in the middle has expired
/// does not matter.
public final class RootChain {
  /// How many successors are followed from one bundle.
  public static final int LONGEST = 64;

  private final List<TrustRoot> roots;

  private RootChain(List<TrustRoot> roots) {
    this.roots = List.copyOf(roots);
  }

  /// A chain of one.
  public static RootChain of(TrustRoot pinned) {
    return new RootChain(List.of(pinned));
  }

  /// What came of following successors.
  public sealed interface Followed {
    /// Every one of them was accepted or known before; the chain may be as long as it was.
    record Reached(RootChain chain) implements Followed {}

    /// One was refused; the chain stays what it was.
    record Refused(Rejection rejection) implements Followed {}
  }

  /// The root that vouches for new bundles.
  public TrustRoot current() {
    return roots.getLast();
  }

  /// The accepted successors of the pinned root, oldest first.
  public List<TrustRoot> successors() {
    return roots.subList(1, roots.size());
  }

  /// All of them, the pinned one first.
  public List<TrustRoot> roots() {
    return roots;
  }

  /// The newest first.
  List<TrustRoot> newestFirst() {
    return roots.reversed();
  }

  /// Follows the successors that come with the bundle in `directory`.
  ///
  /// A directory that is no bundle has none; why it is none is for {@link BundleVerifier} to say.
  public Followed follow(Path directory, Instant now) {
    if (!(OciLayout.locate(directory) instanceof OciLayout.Located.Found(var layout))) {
      return new Followed.Reached(this);
    }
    var envelopes = new ArrayList<Bytes>();
    for (OciLayout.Part part : layout.rootEnvelopes()) {
      switch (part) {
        case OciLayout.Part.Refused(var rejection) -> {
          return new Followed.Refused(rejection);
        }
        case OciLayout.Part.Present(var bytes) -> envelopes.add(bytes);
      }
    }
    return follow(envelopes, now);
  }

  /// Follows successors, oldest first; those the chain has passed already are skipped unread.
  public Followed follow(List<Bytes> envelopes, Instant now) {
    var grown = new ArrayList<>(roots);
    for (Bytes envelope : envelopes) {
      switch (RootJson.read(envelope.shared())) {
        case RootJson.Reading.Refused(var rejection) -> {
          return new Followed.Refused(rejection);
        }
        case RootJson.Reading.Read(var claim, var _)
            when claim.version() <= grown.getLast().version() -> {}
        case RootJson.Reading.Read _ -> {
          switch (grown.getLast().succeededByIgnoringTime(envelope.shared())) {
            case TrustRoot.Opened.Refused(var rejection) -> {
              return new Followed.Refused(rejection);
            }
            case TrustRoot.Opened.Trusted(var next) -> grown.add(next);
          }
        }
      }
    }
    TrustRoot newest = grown.getLast();
    return newest.isNotYetValidAt(now)
        ? new Followed.Refused(
            new Rejection(RejectionReason.ROOT_NOT_YET_VALID, "issued at " + newest.issuedAt()))
        : new Followed.Reached(grown.size() == roots.size() ? this : new RootChain(grown));
  }

  /// Whether a bundle that was accepted before must not be served any longer: without the keys that
  /// the root in force calls compromised, too few signed it.
  public boolean condemns(VerifiedBundle bundle) {
    return condemns(bundle.envelope());
  }

  /// The same, by the bundle's envelope.
  public boolean condemns(Bytes envelope) {
    return Envelope.parse(envelope.shared()) instanceof Envelope.Parsing.Parsed(var signed)
        && roots.stream().noneMatch(root -> isSignedWithout(root, signed));
  }

  /// Why a condemned bundle is not served.
  public static Rejection condemned() {
    return new Rejection(
        RejectionReason.KEY_COMPROMISED,
        "without the keys that the trust root calls compromised, too few signed it");
  }

  private boolean isSignedWithout(TrustRoot root, Envelope envelope) {
    TrustRoot.Role role = root.roles().bundle();
    Set<VerificationKey> sound =
        role.keys().stream()
            .filter(key -> !current().compromised().contains(key.id()))
            .collect(Collectors.toSet());
    return envelope.signers(sound).size() >= role.threshold();
  }

  @Override
  public String toString() {
    return current() + ", " + successors().size() + " after the pinned one";
  }
}
