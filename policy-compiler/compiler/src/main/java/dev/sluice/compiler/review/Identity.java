package dev.sluice.compiler.review;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.policy.StringMatch.Exact;
import dev.sluice.engine.policy.StringMatch.Prefix;
import dev.sluice.engine.policy.StringMatch.Present;
import dev.sluice.engine.policy.StringMatch.Suffix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an identity condition says of each part of a peer's identity: trust domain, namespace,
/// service account.
///
/// A peer that satisfies the condition has an identity whose parts all match; the reverse holds
/// only where `isWhole` says so.
record Identity(
    StringMatch trustDomain, StringMatch namespace, StringMatch account, Extent extent) {

  private static final StringMatch ANY = new Present();
  private static final int PARTS = 5;

  /// Whether the parts say everything the condition says.
  private enum Extent {
    WHOLE,
    LESS
  }

  /// The identity a leaf asks for; empty when it asks for none.
  static Optional<Identity> of(Condition.L4 leaf) {
    return switch (leaf) {
      case Condition.Principal(var match) -> Optional.of(ofPrincipal(match));
      case Condition.PeerNamespace(var match) ->
          Optional.of(new Identity(ANY, match, ANY, Extent.WHOLE));
      case Condition.PeerTrustDomain(var match) ->
          Optional.of(new Identity(match, ANY, ANY, Extent.WHOLE));
      case Condition.PeerServiceAccount(var namespace, var name) ->
          Optional.of(new Identity(ANY, new Exact(namespace), new Exact(name), Extent.WHOLE));
      case Condition.SourceAddress _,
          Condition.WorkloadAddress _,
          Condition.WorkloadPort _,
          Condition.ServiceAddress _,
          Condition.ServicePort _ ->
          Optional.empty();
    };
  }

  /// Whether a leaf asks for an identity at all.
  static boolean isAsked(Condition.L4 leaf) {
    return switch (leaf) {
      case Condition.Principal _,
          Condition.PeerNamespace _,
          Condition.PeerTrustDomain _,
          Condition.PeerServiceAccount _ ->
          true;
      case Condition.SourceAddress _,
          Condition.WorkloadAddress _,
          Condition.WorkloadPort _,
          Condition.ServiceAddress _,
          Condition.ServicePort _ ->
          false;
    };
  }

  private static Identity ofPrincipal(StringMatch match) {
    return switch (match) {
      case Exact(var text) ->
          SpiffeId.parsePrincipal(text)
              .map(id ->
                  new Identity(
                      new Exact(id.trustDomain().name()),
                      new Exact(id.namespace()),
                      new Exact(id.serviceAccount()),
                      Extent.WHOLE))
              .orElse(new Identity(ANY, ANY, ANY, Extent.LESS));
      case Prefix(var start) -> ofStart(start.split("/", -1));
      case Suffix(var end) -> ofEnd(end.split("/", -1));
      case Present() -> new Identity(ANY, ANY, ANY, Extent.WHOLE);
    };
  }

  /// `td/ns/foo/sa/ba`, cut anywhere at its end. The parts before the cut are complete, so they say
  /// as much as the text does.
  private static Identity ofStart(String[] parts) {
    boolean shaped = parts.length <= PARTS && isStart(parts, 1, "ns") && isStart(parts, 3, "sa");
    return shaped
        ? new Identity(start(parts, 0), start(parts, 2), start(parts, 4), Extent.WHOLE)
        : new Identity(ANY, ANY, ANY, Extent.LESS);
  }

  private static boolean isStart(String[] parts, int index, String word) {
    int last = parts.length - 1;
    return index > last
        || (index == last ? word.startsWith(parts[index]) : word.equals(parts[index]));
  }

  private static StringMatch start(String[] parts, int index) {
    int last = parts.length - 1;
    if (index < last) {
      return new Exact(parts[index]);
    }
    return index > last || parts[index].isEmpty() ? ANY : new Prefix(parts[index]);
  }

  /// `in.ternal/ns/foo/sa/bar`, cut anywhere at its start.
  private static Identity ofEnd(String[] parts) {
    int last = parts.length - 1;
    return last < PARTS
        ? new Identity(end(parts, last - 4), end(parts, last - 2), end(parts, last), Extent.LESS)
        : new Identity(ANY, ANY, ANY, Extent.LESS);
  }

  private static StringMatch end(String[] parts, int index) {
    if (index > 0) {
      return new Exact(parts[index]);
    }
    return index < 0 || parts[0].isEmpty() ? ANY : new Suffix(parts[0]);
  }

  /// Whether the parts say everything the condition says.
  boolean isWhole() {
    return extent == Extent.WHOLE;
  }

  /// Whether every identity this asks for is one `other` asks for, judged by the parts of both.
  boolean implies(Identity other) {
    return Texts.implies(trustDomain, other.trustDomain)
        && Texts.implies(namespace, other.namespace)
        && Texts.implies(account, other.account);
  }

  /// Whether no identity satisfies both.
  boolean excludes(Identity other) {
    return Texts.excludes(trustDomain, other.trustDomain)
        || Texts.excludes(namespace, other.namespace)
        || Texts.excludes(account, other.account);
  }

  /// The parts that say anything, each a condition of its own; empty when no leaf can say one of
  /// them.
  Optional<List<Condition>> parts() {
    boolean expressible =
        account.equals(ANY) || (account instanceof Exact && namespace instanceof Exact);
    if (!expressible) {
      return Optional.empty();
    }
    var parts = new ArrayList<Condition>();
    if (!trustDomain.equals(ANY)) {
      parts.add(new Condition.PeerTrustDomain(trustDomain));
    }
    if (account instanceof Exact(var name) && namespace instanceof Exact(var home)) {
      parts.add(new Condition.PeerServiceAccount(home, name));
    } else if (!namespace.equals(ANY)) {
      parts.add(new Condition.PeerNamespace(namespace));
    }
    return Optional.of(parts);
  }
}
