package dev.sluice.ztunnel.outbound;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.mesh.Workload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a workload says of itself in the header `baggage`, for telemetry: nobody decides by it.
///
/// Source: ztunnel's baggage; W3C Baggage.
public final class Baggage {

  private static final int MOST_CHARACTERS = 8_192;
  private static final int MOST_MEMBERS = 64;
  private static final List<String> KINDS = List.of("deployment", "cronjob", "pod", "job");

  private Baggage() {}

  /// What is known of a workload; members that are not known are left out.
  public static String of(Workload workload) {
    var origin = workload.origin();
    var members = new ArrayList<String>();
    add(members, "k8s.cluster.name", origin.cluster());
    add(members, "k8s.namespace.name", workload.namespace());
    add(members, "k8s." + origin.workloadType() + ".name", origin.workloadName());
    add(members, "service.name", origin.canonicalName());
    add(members, "service.version", origin.canonicalRevision());
    add(members, "cloud.region", origin.locality().region());
    add(members, "cloud.availability_zone", origin.locality().zone());
    return String.join(",", members);
  }

  private static void add(List<String> members, String name, String value) {
    if (!value.isEmpty()) {
      members.add(name + "=" + encode(value));
    }
  }

  /// Percent-encodes what a baggage value may not hold.
  private static String encode(String value) {
    var out = new StringBuilder(value.length());
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      int c = b & 0xff;
      boolean plain = c > ' ' && c < 0x7f && "\",;\\%".indexOf(c) < 0;
      if (plain) {
        out.append((char) c);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return out.toString();
  }

  /// The workload that answered a CONNECT, as its response tells.
  static Optional<Workload> response(List<Map.Entry<String, String>> headers) {
    return headers.stream()
        .filter(header -> header.getKey().equals("baggage"))
        .findFirst()
        .flatMap(header -> parse(header.getValue(), null));
  }

  /// The workload a header tells of; empty when it tells of none, or too much.
  ///
  /// @param proven the identity that has been proven, if one has
  public static Optional<Workload> parse(String header, @Nullable SpiffeId proven) {
    String[] members = header.split(",", MOST_MEMBERS + 1);
    if (header.length() > MOST_CHARACTERS || members.length > MOST_MEMBERS) {
      return Optional.empty();
    }
    var values = new HashMap<String, String>();
    for (String member : members) {
      int equals = member.indexOf('=');
      if (equals > 0) {
        values.put(member.substring(0, equals).strip(), decode(member.substring(equals + 1)));
      }
    }
    String namespace =
        proven == null ? values.getOrDefault("k8s.namespace.name", "") : proven.namespace();
    return SpiffeId.parsePrincipal("unknown/ns/" + namespace + "/sa/unknown")
        .map(id -> workload(values, proven == null ? id : proven));
  }

  private static Workload workload(Map<String, String> values, SpiffeId id) {
    String kind =
        KINDS.stream()
            .filter(each -> values.containsKey("k8s." + each + ".name"))
            .findFirst()
            .orElse("pod");
    String name = values.getOrDefault("k8s." + kind + ".name", "");
    return Workload.of("", name, id)
        .origin(
            new Workload.Origin(
                values.getOrDefault("k8s.cluster.name", ""),
                values.getOrDefault("service.name", ""),
                values.getOrDefault("service.version", ""),
                name,
                kind,
                new Workload.Locality(
                    values.getOrDefault("cloud.region", ""),
                    values.getOrDefault("cloud.availability_zone", ""),
                    "")))
        .build();
  }

  /// Undoes percent-encoding; what is no encoding stays as it is. Properties after `;` are dropped.
  private static String decode(String text) {
    int end = text.indexOf(';');
    String value = (end < 0 ? text : text.substring(0, end)).strip();
    var bytes = new ByteArrayOutputStream(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean encoded =
          c == '%'
              && i + 2 < value.length()
              && HexFormat.isHexDigit(value.charAt(i + 1))
              && HexFormat.isHexDigit(value.charAt(i + 2));
      if (encoded) {
        bytes.write(HexFormat.fromHexDigits(value, i + 1, i + 3));
        i += 2;
      } else {
        bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
