package dev.sluice.compiler.trust;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Where on which PKCS#11 token a key is: the module that speaks to it, its slot, the key's label
/// and the file that holds the PIN.
///
/// Of RFC 7512 these attributes are understood: `object`, `slot-id`, and in the query `module-path`
/// and `pin-source`. `pin-value` is refused because command lines are seen by others.
///
/// @param slot the slot's number; empty for the first slot that has a token
public record TokenAddress(Path module, OptionalLong slot, String object, Optional<Path> pinFile) {
  private static final String SCHEME = "pkcs11:";
  private static final List<String> KNOWN =
      List.of("object", "slot-id", "module-path", "pin-source", "type");

  /// What came of reading an address.
  sealed interface Parsing {
    /// All that is needed is there.
    record Address(TokenAddress address) implements Parsing {}

    /// It cannot be used.
    record Wrong(String reason) implements Parsing {}
  }

  static Parsing parse(String uri) {
    String rest = uri.substring(SCHEME.length());
    int question = rest.indexOf('?');
    var attributes = new HashMap<String, String>();
    try {
      add(attributes, question < 0 ? rest : rest.substring(0, question), ";");
      add(attributes, question < 0 ? "" : rest.substring(question + 1), "&");
    } catch (IllegalArgumentException malformed) {
      return new Parsing.Wrong("`" + SCHEME + "…` has a malformed attribute");
    }
    if (attributes.containsKey("pin-value")) {
      return new Parsing.Wrong("put the PIN into a file and name it by `pin-source=file:PATH`");
    }
    for (String name : attributes.keySet()) {
      if (!KNOWN.contains(name)) {
        return new Parsing.Wrong(
            "`" + name + "` is not understood; known are " + String.join(", ", KNOWN));
      }
    }
    return of(attributes);
  }

  private static Parsing of(Map<String, String> attributes) {
    String module = attributes.getOrDefault("module-path", "");
    String object = attributes.getOrDefault("object", "");
    if (module.isEmpty() || object.isEmpty()) {
      return new Parsing.Wrong("`object` and `module-path` are needed");
    }
    String slot = attributes.getOrDefault("slot-id", "");
    if (slot.length() > 18 || !slot.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return new Parsing.Wrong("`slot-id` is a number");
    }
    String pin = attributes.getOrDefault("pin-source", "");
    if (!pin.isEmpty() && !pin.startsWith("file:")) {
      return new Parsing.Wrong("`pin-source` is `file:PATH`");
    }
    return new Parsing.Address(
        new TokenAddress(
            Path.of(module),
            slot.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(slot)),
            object,
            pin.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(pin.substring("file:".length())))));
  }

  private static void add(Map<String, String> attributes, String text, String separator) {
    for (String part : text.split(separator, -1)) {
      int equals = part.indexOf('=');
      if (part.isEmpty()) {
        continue;
      }
      if (equals <= 0
          || attributes.put(part.substring(0, equals), decoded(part.substring(equals + 1)))
              != null) {
        throw new IllegalArgumentException(part);
      }
    }
  }

  /// A plus sign is a plus sign in RFC 7512.
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return SCHEME + "object=" + object + "?module-path=" + module;
  }
}
