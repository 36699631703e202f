package dev.sluice.engine.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A DSSE envelope: a payload, its type, and signatures over both.
///
/// Key ids are hints without authority. Unknown fields are ignored. Source: DSSE v1.0.2.
public record Envelope(String payloadType, Bytes payload, List<Signature> signatures) {

  public Envelope {
    signatures = List.copyOf(signatures);
  }

  /// One signature and the hint whose it is (possibly empty).
  public record Signature(String keyId, Bytes value) {}

  /// What came of reading an envelope.
  public sealed interface Parsing {
    /// A well-formed envelope; nothing is verified.
    record Parsed(Envelope envelope) implements Parsing {}

    /// Not an envelope.
    record Malformed(String reason) implements Parsing {}
  }

  /// Reads the JSON form; the caller has capped the size.
  public static Parsing parse(byte[] json) {
    return switch (StrictJson.parse(json)) {
      case StrictJson.Parsing.Malformed(var reason) -> new Parsing.Malformed(reason);
      case StrictJson.Parsing.Document(var root) -> parse(root);
    };
  }

  private static Parsing parse(ObjectNode root) {
    Optional<Bytes> payload = base64(root.path("payload"));
    JsonNode type = root.path("payloadType");
    JsonNode list = root.path("signatures");
    if (payload.isEmpty()) {
      return new Parsing.Malformed("`payload` must be base64");
    }
    if (!type.isTextual() || type.textValue().length() > 256) {
      return new Parsing.Malformed("`payloadType` must be a short text");
    }
    if (!list.isArray() || list.size() > Limits.SIGNATURES) {
      return new Parsing.Malformed(
          "`signatures` must be a list of at most " + Limits.SIGNATURES + " elements");
    }
    var signatures = new ArrayList<Signature>();
    for (JsonNode element : list) {
      Optional<Signature> signature = signature(element);
      if (signature.isEmpty()) {
        return new Parsing.Malformed(
            "every signature must have `sig` in base64 and a text `keyid`");
      }
      signatures.add(signature.get());
    }
    return new Parsing.Parsed(new Envelope(type.textValue(), payload.get(), signatures));
  }

  private static Optional<Signature> signature(JsonNode element) {
    JsonNode keyId = element.path("keyid");
    boolean hasHint = keyId.isTextual() && keyId.textValue().length() <= 256;
    if (!hasHint && !keyId.isMissingNode()) {
      return Optional.empty();
    }
    return base64(element.path("sig")).map(value -> new Signature(keyId.asText(), value));
  }

  /// Standard or URL-safe alphabet, padded, no other characters, no second spelling of the same
  /// bytes.
  private static Optional<Bytes> base64(JsonNode node) {
    if (!node.isTextual()) {
      return Optional.empty();
    }
    String text = node.textValue();
    boolean urlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
    try {
      byte[] bytes = (urlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
      String canonical =
          (urlSafe ? Base64.getUrlEncoder() : Base64.getEncoder()).encodeToString(bytes);
      return canonical.equals(text) ? Optional.of(Bytes.owned(bytes)) : Optional.empty();
    } catch (IllegalArgumentException otherCharacters) {
      return Optional.empty();
    }
  }

  /// Signs `payload` with every key.
  public static Envelope sign(String payloadType, byte[] payload, List<? extends Signatory> keys) {
    byte[] message = preAuthenticationEncoding(payloadType, payload);
    return new Envelope(
        payloadType,
        Bytes.of(payload),
        keys.stream()
            .map(key -> new Signature(key.publicKey().id(), Bytes.owned(key.sign(message))))
            .toList());
  }

  /// What is signed: `DSSEv1 LEN(type) type LEN(body) body`, lengths in bytes.
  static byte[] preAuthenticationEncoding(String payloadType, byte[] payload) {
    byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
    byte[] head =
        ("DSSEv1 " + type.length + " " + payloadType + " " + payload.length + " ")
            .getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[head.length + payload.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(payload, 0, all, head.length, payload.length);
    return all;
  }

  /// The distinct keys among `trusted` that signed; a key that signed twice counts once.
  public Set<VerificationKey> signers(Collection<VerificationKey> trusted) {
    byte[] message = preAuthenticationEncoding(payloadType, payload.shared());
    var signers = new HashSet<VerificationKey>();
    for (Signature signature : signatures) {
      for (VerificationKey key : trusted) {
        if (!signers.contains(key) && key.verifies(message, signature.value().shared())) {
          signers.add(key);
          break;
        }
      }
    }
    return signers;
  }

  /// The JSON form, keys sorted, standard base64.
  public byte[] toJson() {
    Base64.Encoder base64 = Base64.getEncoder();
    ObjectNode root =
        StrictJson.object()
            .put("payload", base64.encodeToString(payload.shared()))
            .put("payloadType", payloadType);
    var list = root.putArray("signatures");
    for (Signature signature : signatures) {
      list.addObject()
          .put("keyid", signature.keyId())
          .put("sig", base64.encodeToString(signature.value().shared()));
    }
    return StrictJson.write(root);
  }
}
