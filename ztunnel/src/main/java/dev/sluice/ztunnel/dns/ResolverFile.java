package dev.sluice.ztunnel.dns;

import dev.sluice.engine.policy.Cidr;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;

/// What a `resolv.conf` says: the servers that are asked and the domains names are searched in.
/// Source: resolv.conf(5).
public record ResolverFile(List<InetSocketAddress> servers, List<String> searchDomains) {

  private static final int DNS_PORT = 53;
  private static final int MOST_SERVERS = 3;
  private static final int MOST_DOMAINS = 32;

  public ResolverFile {
    servers = List.copyOf(servers);
    searchDomains = List.copyOf(searchDomains);
  }

  /// Reads a file; what it does not say, or cannot be understood, is left out.
  ///
  /// @throws IOException when it cannot be read
  public static ResolverFile read(Path file) throws IOException {
    return parse(Files.readString(file, StandardCharsets.ISO_8859_1));
  }

  static ResolverFile parse(String text) {
    var servers = new ArrayList<InetSocketAddress>();
    List<String> domains = List.of();
    for (String line : text.lines().toList()) {
      var words = new StringTokenizer(line);
      String keyword = words.hasMoreTokens() ? words.nextToken() : "";
      switch (keyword) {
        case "nameserver" -> server(words, servers);
        case "search", "domain" -> domains = domains(words);
        default -> {
          // Comments and options, none of which change who is asked.
        }
      }
    }
    return new ResolverFile(servers, domains);
  }

  private static void server(StringTokenizer words, List<InetSocketAddress> servers) {
    String address = words.hasMoreTokens() ? words.nextToken() : "";
    if (servers.size() < MOST_SERVERS && address.indexOf('/') < 0) {
      // Zones of link-local addresses mean nothing in another network namespace.
      Cidr.parse(address)
          .ifPresent(known -> servers.add(new InetSocketAddress(known.network(), DNS_PORT)));
    }
  }

  private static List<String> domains(StringTokenizer words) {
    var domains = new ArrayList<String>();
    while (words.hasMoreTokens() && domains.size() < MOST_DOMAINS) {
      String domain = words.nextToken().toLowerCase(Locale.ROOT);
      String bare = domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
      if (!bare.isEmpty()) {
        domains.add(bare);
      }
    }
    return domains;
  }
}
