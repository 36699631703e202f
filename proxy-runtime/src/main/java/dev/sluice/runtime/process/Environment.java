package dev.sluice.runtime.process;

import dev.sluice.engine.policy.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Reads environment variables as typed values and collects every problem on the way.
///
/// An empty variable counts as absent. A value with a problem reads as its fallback; what is read
/// counts only when {@link #problems} is empty.
public final class Environment {

  private static final List<Map.Entry<String, Long>> UNITS =
      List.of(
          Map.entry("ms", 1L),
          Map.entry("s", 1_000L),
          Map.entry("m", 60_000L),
          Map.entry("h", 3_600_000L));

  private final Map<String, String> variables;
  private final List<String> problems = new ArrayList<>();
  private final Set<String> asked = new TreeSet<>();

  private Environment(Map<String, String> variables) {
    this.variables = new TreeMap<>(variables);
  }

  public static Environment of(Map<String, String> variables) {
    return new Environment(variables);
  }

  /// Everything found wrong so far, one sentence each.
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /// Adds a problem that involves several variables.
  public void problem(String message) {
    problems.add(message);
  }

  private void invalid(String name, String value, String expected) {
    problems.add("invalid " + name + "=`" + value + "`: expected " + expected);
  }

  /// The variables that were asked for so far.
  public Set<String> asked() {
    return Set.copyOf(asked);
  }

  private @Nullable String value(String name) {
    asked.add(name);
    String value = variables.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /// Every variable whose name begins with `prefix`, by the rest of its name.
  public Map<String, String> withPrefix(String prefix) {
    var found = new TreeMap<String, String>();
    variables.forEach((name, value) -> {
      if (name.startsWith(prefix) && !value.isEmpty()) {
        found.put(name.substring(prefix.length()), value);
      }
    });
    return found;
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(value(name));
  }

  public String text(String name, String fallback) {
    String value = value(name);
    return value == null ? fallback : value;
  }

  public String requiredText(String name) {
    String value = value(name);
    if (value == null) {
      problems.add(name + " is required");
      return "";
    }
    return value;
  }

  public Optional<Path> path(String name) {
    return text(name).map(Path::of);
  }

  public Path requiredPath(String name) {
    return Path.of(requiredText(name));
  }

  public int number(String name, int fallback, int least, int most) {
    String value = value(name);
    if (value == null) {
      return fallback;
    }
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // reported below, together with numbers out of range
    }
    invalid(name, value, "a number from " + least + " to " + most);
    return fallback;
  }

  /// A duration such as `250ms`, `30s`, `5m` or `1h`.
  public Duration duration(String name, Duration fallback) {
    String value = value(name);
    if (value == null) {
      return fallback;
    }
    for (var unit : UNITS) {
      String digits = value.substring(0, Math.max(0, value.length() - unit.getKey().length()));
      if (value.endsWith(unit.getKey()) && isNumber(digits)) {
        return Duration.ofMillis(Long.parseLong(digits) * unit.getValue());
      }
    }
    invalid(name, value, "a duration such as 30s");
    return fallback;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty()
        && text.length() <= 9
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /// One of these words.
  public <T> T word(String name, Map<String, T> words, T fallback) {
    String value = value(name);
    if (value == null) {
      return fallback;
    }
    T known = words.get(value);
    if (known == null) {
      invalid(name, value, "one of " + String.join(", ", new TreeMap<>(words).keySet()));
      return fallback;
    }
    return known;
  }

  /// `address:port`, or `:port` for every address of the machine; port 0 takes a free one.
  public InetSocketAddress address(String name, String fallback) {
    String value = text(name, fallback);
    var address = parseAddress(value);
    if (address.isEmpty()) {
      invalid(name, value, "`address:port`");
    }
    return address.orElseGet(() -> new InetSocketAddress(0));
  }

  /// `address:port` that must be given.
  public InetSocketAddress requiredAddress(String name) {
    if (value(name) == null) {
      problems.add(name + " is required");
      return new InetSocketAddress(0);
    }
    return address(name, "");
  }

  /// An address that only this machine can reach.
  public InetSocketAddress loopbackAddress(String name, String fallback) {
    var address = address(name, fallback);
    if (!address.getAddress().isLoopbackAddress()) {
      invalid(name, text(name, fallback), "a loopback address");
    }
    return address;
  }

  /// Parses `1.2.3.4:80`, `[::1]:80`, `localhost:80` or `:80`; never resolves a name.
  public static Optional<InetSocketAddress> parseAddress(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0 || !isNumber(text.substring(colon + 1))) {
      return Optional.empty();
    }
    int port = Integer.parseInt(text.substring(colon + 1));
    String host = text.substring(0, colon);
    if (port > 65_535) {
      return Optional.empty();
    }
    if (host.isEmpty()) {
      return Optional.of(new InetSocketAddress(port));
    }
    if (host.equals("localhost")) {
      return Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String literal = bracketed ? host.substring(1, host.length() - 1) : host;
    return literal.indexOf('/') >= 0 || (!bracketed && literal.indexOf(':') >= 0)
        ? Optional.empty()
        : Cidr.parse(literal).map(block -> new InetSocketAddress(block.network(), port));
  }
}
