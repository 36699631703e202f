package dev.sluice.engine.wire;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Checks that single values are what the schema says.
final class Strict {

  private static final int MAX_PORT = 65_535;

  private Strict() {}

  /// Reads one element of a list.
  @FunctionalInterface
  interface ElementReader<A, B> {
    B read(A element) throws MalformedException;
  }

  static <A, B> List<B> each(List<A> elements, ElementReader<A, B> reader)
      throws MalformedException {
    var result = new ArrayList<B>(elements.size());
    for (A element : elements) {
      result.add(reader.read(element));
    }
    return result;
  }

  static String filled(String text, String what) throws MalformedException {
    if (text.isEmpty()) {
      throw new MalformedException("empty " + what);
    }
    return text;
  }

  static String lowerCase(String text, String what) throws MalformedException {
    if (filled(text, what).chars().anyMatch(c -> c >= 'A' && c <= 'Z')) {
      throw new MalformedException(what + " `" + text + "` is not in lower case");
    }
    return text;
  }

  static int port(int port) throws MalformedException {
    return between(port, 0, MAX_PORT, "port");
  }

  /// Protobuf's unsigned numbers above the signed range arrive negative and are refused too.
  static int between(int number, int lowest, int highest, String what) throws MalformedException {
    if (number < lowest || number > highest) {
      throw new MalformedException(
          what + " " + Integer.toUnsignedString(number) + " outside " + lowest + ".." + highest);
    }
    return number;
  }

  static SortedSet<Integer> ports(List<Integer> ports) throws MalformedException {
    return new TreeSet<>(each(ports, Strict::port));
  }

  static TrustDomain trustDomain(String name) throws MalformedException {
    if (!TrustDomain.isValid(name)) {
      throw new MalformedException("invalid trust domain `" + name + "`");
    }
    return new TrustDomain(name);
  }

  static SpiffeId identity(String uri) throws MalformedException {
    return SpiffeId.parse(uri)
        .orElseThrow(() -> new MalformedException("`" + uri + "` is not an identity"));
  }

  static MalformedException unset(String what) {
    return new MalformedException(what + " is unset or of a newer kind");
  }
}
