package dev.sluice.engine.policy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An HTTP request on a connection: what L7 conditions look at.
///
/// `path` is canonical and has no query; `authority` is the `Host` or `:authority` value as sent.
public record HttpRequest(
    Connection connection,
    String method,
    String authority,
    String path,
    Headers headers,
    Credential credential) {

  /// Request headers by lower-case name.
  @FunctionalInterface
  public interface Headers {
    /// The value, repeated headers joined by commas; null when absent.
    @Nullable String value(String lowerCaseName);

    static Headers of(Map<String, String> values) {
      var lower = new TreeMap<String, String>();
      values.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
      return lower::get;
    }
  }

  /// What the request's token amounts to under the RequestAuthentications of the destination.
  public sealed interface Credential {
    /// No token was presented.
    record Absent() implements Credential {}

    /// A valid token and its claims.
    record Valid(Claims claims) implements Credential {}

    /// A token that fails validation (signature, time, unknown issuer): the request is rejected
    /// with 401.
    record Invalid(String reason) implements Credential {}

    /// A token for someone else: the request is refused with 403.
    record WrongAudience(String reason) implements Credential {}
  }

  /// The claims of a token by name.
  public record Claims(Map<String, ClaimValue> values) {
    public Claims {
      values = Map.copyOf(values);
    }

    /// The value at a path of nested names; null when absent.
    public @Nullable ClaimValue at(List<String> path) {
      Map<String, ClaimValue> here = values;
      for (int i = 0; i < path.size(); i++) {
        ClaimValue value = here.get(path.get(i));
        if (value == null || i == path.size() - 1) {
          return value;
        }
        if (!(value instanceof ClaimValue.Nested(var inner))) {
          return null;
        }
        here = inner;
      }
      return null;
    }
  }

  /// The value of a claim.
  public sealed interface ClaimValue {
    /// A text.
    record Text(String value) implements ClaimValue {}

    /// The texts of a list; other elements are left out.
    record Texts(List<String> values) implements ClaimValue {
      public Texts {
        values = List.copyOf(values);
      }
    }

    /// An object.
    record Nested(Map<String, ClaimValue> values) implements ClaimValue {
      public Nested {
        values = Map.copyOf(values);
      }
    }

    /// A number, boolean or null: no string condition matches it, as in Istio.
    record Other() implements ClaimValue {}
  }
}
