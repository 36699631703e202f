package dev.sluice.engine.bundle;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.engine.shard.PolicyShard.MeshFacts;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import dev.sluice.engine.wire.ShardCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The contents of a bundle to be made: shards in their one encoding, in the order of their names.
///
/// Equal shards give equal bytes: policies are ordered by name first, because their order in the
/// source means nothing. The order of routes is kept.
public record BundleContents(
    List<Manifest.Content> contents, Map<Digest, Bytes> blobs, Digest semanticDigest) {
  private static final Comparator<WaypointBinding> BY_NAMES =
      Comparator.comparing(WaypointBinding::serviceNamespace)
          .thenComparing(WaypointBinding::serviceName)
          .thenComparing(WaypointBinding::waypointNamespace)
          .thenComparing(WaypointBinding::waypointName);

  public BundleContents {
    contents = List.copyOf(contents);
    blobs = Map.copyOf(blobs);
  }

  /// Encodes the shards; what {@link #problem} finds makes them unfit for a bundle.
  public static BundleContents of(Collection<PolicyShard> shards) {
    var contents = new ArrayList<Manifest.Content>();
    var blobs = new LinkedHashMap<Digest, Bytes>();
    for (PolicyShard shard : inOrder(shards)) {
      Bytes encoded = Bytes.owned(ShardCodec.encode(canonical(shard)));
      Digest digest = encoded.digest();
      contents.add(
          new Manifest.Content(
              shard.point().contentName(), Manifest.Content.SHARD, encoded.size(), digest));
      blobs.put(digest, encoded);
    }
    return new BundleContents(contents, blobs, semanticDigest(shards));
  }

  /// Why these shards cannot be the contents of one bundle.
  public static Optional<String> problem(Collection<PolicyShard> shards) {
    return Consistency.problem(shards);
  }

  /// The digest of what the shards mean: it ignores where and in which order policies were written.
  public static Digest semanticDigest(Collection<PolicyShard> shards) {
    MessageDigest digest = Digest.sha256();
    for (PolicyShard shard : inOrder(shards)) {
      frame(digest, shard.point().contentName().getBytes(StandardCharsets.UTF_8));
      frame(digest, ShardCodec.encode(canonical(shard)));
    }
    return new Digest(HexFormat.of().formatHex(digest.digest()));
  }

  /// Lengths keep two different lists of parts from running together to the same bytes.
  private static void frame(MessageDigest digest, byte[] part) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(part.length).array());
    digest.update(part);
  }

  private static List<PolicyShard> inOrder(Collection<PolicyShard> shards) {
    return shards.stream()
        .sorted(Comparator.comparing((PolicyShard shard) -> shard.point().contentName()))
        .toList();
  }

  private static PolicyShard canonical(PolicyShard shard) {
    return new PolicyShard(
        shard.point(),
        shard.mesh(),
        ordered(shard.policies(), AuthorizationPolicy::id, one -> Alone.of(shard).policies(one)),
        ordered(
            shard.peerAuthentications(), PeerAuthentication::id, one -> Alone.of(shard).peers(one)),
        ordered(
            shard.requestAuthentications(),
            RequestAuthentication::id,
            one -> Alone.of(shard).requests(one)),
        ordered(shard.guards(), Guard::id, one -> Alone.of(shard).guards(one)),
        shard.bindings().stream().sorted(BY_NAMES).toList(),
        shard.routes(),
        ordered(shard.shadow(), AuthorizationPolicy::id, one -> Alone.of(shard).policies(one)));
  }

  /// By name; what shares a name (one policy may give several guards) by its encoding, because the
  /// order must not depend on where it stood.
  private static <T> List<T> ordered(
      List<T> elements, Function<T, PolicyId> id, Function<T, PolicyShard> alone) {
    Comparator<T> byEncoding =
        (one, two) ->
            Arrays.compareUnsigned(
                ShardCodec.encode(alone.apply(one)), ShardCodec.encode(alone.apply(two)));
    return elements.stream().sorted(Comparator.comparing(id).thenComparing(byEncoding)).toList();
  }

  /// Shards of one element, to compare encodings by.
  private record Alone(EnforcementPoint point, MeshFacts mesh) {
    static Alone of(PolicyShard shard) {
      return new Alone(shard.point(), shard.mesh());
    }

    PolicyShard policies(AuthorizationPolicy one) {
      return shard(List.of(one), List.of(), List.of(), List.of());
    }

    PolicyShard peers(PeerAuthentication one) {
      return shard(List.of(), List.of(one), List.of(), List.of());
    }

    PolicyShard requests(RequestAuthentication one) {
      return shard(List.of(), List.of(), List.of(one), List.of());
    }

    PolicyShard guards(Guard one) {
      return shard(List.of(), List.of(), List.of(), List.of(one));
    }

    private PolicyShard shard(
        List<AuthorizationPolicy> policies,
        List<PeerAuthentication> peers,
        List<RequestAuthentication> requests,
        List<Guard> guards) {
      return new PolicyShard(point, mesh, policies, peers, requests, guards, List.of(), List.of());
    }
  }
}
