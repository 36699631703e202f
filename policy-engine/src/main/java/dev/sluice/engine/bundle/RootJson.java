package dev.sluice.engine.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.bundle.TrustRoot.Role;
import dev.sluice.engine.bundle.TrustRoot.Roles;
import dev.sluice.engine.bundle.TrustRoot.Statement;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The JSON form of a {@link TrustRoot}.
///
/// A root contains the keys that sign it, so it is the one document that is read before its
/// signature is verified; the operator vouches for the first one.
final class RootJson {
  private RootJson() {}

  /// What came of reading a root.
  sealed interface Reading {
    /// Well formed; the signature is still to be verified.
    record Read(Statement statement, Envelope envelope) implements Reading {}

    /// Not a root.
    record Refused(Rejection rejection) implements Reading {}
  }

  static Reading read(byte[] envelope) {
    if (envelope.length > Limits.ROOT_ENVELOPE) {
      return refused(
          RejectionReason.TOO_LARGE, "a root has at most " + Limits.ROOT_ENVELOPE + " bytes");
    }
    return switch (Envelope.parse(envelope)) {
      case Envelope.Parsing.Malformed(var reason) ->
          refused(RejectionReason.MALFORMED_ENVELOPE, reason);
      case Envelope.Parsing.Parsed(var parsed) ->
          parsed.payloadType().equals(TrustRoot.PAYLOAD_TYPE)
              ? readPayload(parsed)
              : refused(RejectionReason.WRONG_PAYLOAD_TYPE, "not a trust root");
    };
  }

  private static Reading readPayload(Envelope envelope) {
    return switch (StrictJson.parse(envelope.payload().shared())) {
      case StrictJson.Parsing.Malformed(var reason) ->
          refused(RejectionReason.MALFORMED_ROOT, reason);
      case StrictJson.Parsing.Document(var root) -> {
        Fields fields = Fields.of(root);
        Statement statement = statement(fields);
        yield fields
            .problem()
            .map(problem -> refused(RejectionReason.MALFORMED_ROOT, problem))
            .orElseGet(() -> new Reading.Read(statement, envelope));
      }
    };
  }

  private static Statement statement(Fields fields) {
    if (!fields.text("schema", 64).equals(TrustRoot.SCHEMA)) {
      fields.report("schema", "must be `" + TrustRoot.SCHEMA + "`");
    }
    Map<String, VerificationKey> keys = keys(fields);
    Fields roles = fields.object("roles");
    var statement =
        new Statement(
            fields.integer("version", 1, Limits.INTEGER),
            fields.integer("epoch", 1, Limits.INTEGER),
            fields.instant("issuedAt"),
            fields.instant("expires"),
            new Roles(
                role(roles, "root", keys),
                role(roles, "bundle", keys),
                role(roles, "freshness", keys)),
            compromised(fields));
    if (!statement.issuedAt().isBefore(statement.expires())) {
      fields.report("expires", "must lie after `issuedAt`");
    }
    Set<VerificationKey> used = new HashSet<>();
    for (Role role : statement.roles().all()) {
      for (VerificationKey key : role.keys()) {
        if (!used.add(key)) {
          fields.report("roles", "must not share a key");
        }
      }
    }
    if (used.stream().map(VerificationKey::id).anyMatch(statement.compromised()::contains)) {
      fields.report("compromised", "must not name a key that a role has");
    }
    return statement;
  }

  private static Set<String> compromised(Fields fields) {
    var ids = new HashSet<String>();
    if (fields.has("compromised")) {
      for (String id : fields.texts("compromised", Limits.COMPROMISED_KEYS)) {
        if (Digest.parseHex(id).isEmpty() || !ids.add(id)) {
          fields.report("compromised", "must be distinct key ids");
        }
      }
    }
    return ids;
  }

  private static Map<String, VerificationKey> keys(Fields fields) {
    var keys = new HashMap<String, VerificationKey>();
    for (Fields entry : fields.objects("keys", Limits.KEYS * 3)) {
      String id = entry.text("id", 64);
      Optional<VerificationKey> key =
          KeyAlgorithm.of(entry.text("alg", 64))
              .flatMap(algorithm -> key(algorithm, entry.text("spki", 256)));
      if (key.isEmpty()) {
        entry.report("spki", "must be a key of a supported algorithm");
      } else if (!key.get().id().equals(id)) {
        entry.report("id", "must be the sha-256 of the key");
      } else if (keys.put(id, key.get()) != null) {
        entry.report("id", "must be unique");
      }
    }
    return keys;
  }

  private static Optional<VerificationKey> key(KeyAlgorithm algorithm, String spki) {
    try {
      return VerificationKey.parse(algorithm, Base64.getDecoder().decode(spki));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static Role role(Fields roles, String name, Map<String, VerificationKey> keys) {
    Fields role = roles.object(name);
    var members = new LinkedHashSet<VerificationKey>();
    List<String> ids = role.texts("keys", Limits.KEYS);
    for (String id : ids) {
      VerificationKey key = keys.get(id);
      if (key == null || !members.add(key)) {
        role.report("keys", "must name distinct keys of this root");
      }
    }
    return new Role(members, (int) role.integer("threshold", 1, Math.max(1, members.size())));
  }

  static byte[] write(Statement statement) {
    ObjectNode root =
        StrictJson.object()
            .put("schema", TrustRoot.SCHEMA)
            .put("version", statement.version())
            .put("epoch", statement.epoch())
            .put("issuedAt", statement.issuedAt().toString())
            .put("expires", statement.expires().toString());
    var all = new TreeMap<String, VerificationKey>();
    statement.roles().all().forEach(role -> role.keys().forEach(key -> all.put(key.id(), key)));
    var keys = root.putArray("keys");
    for (VerificationKey key : all.values()) {
      keys.addObject()
          .put("id", key.id())
          .put("alg", key.algorithm().id())
          .put("spki", Base64.getEncoder().encodeToString(key.spki().shared()));
    }
    ObjectNode roles = root.putObject("roles");
    write(roles.putObject("root"), statement.roles().root());
    write(roles.putObject("bundle"), statement.roles().bundle());
    write(roles.putObject("freshness"), statement.roles().freshness());
    if (!statement.compromised().isEmpty()) {
      var ids = root.putArray("compromised");
      statement.compromised().stream().sorted().forEach(ids::add);
    }
    return StrictJson.write(root);
  }

  private static void write(ObjectNode node, Role role) {
    var ids = node.putArray("keys");
    role.keys().stream().map(VerificationKey::id).sorted().forEach(ids::add);
    node.put("threshold", role.threshold());
  }

  private static Reading refused(RejectionReason code, String detail) {
    return new Reading.Refused(new Rejection(code, detail));
  }
}
