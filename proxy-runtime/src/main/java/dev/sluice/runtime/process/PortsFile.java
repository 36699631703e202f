package dev.sluice.runtime.process;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/// Tells other processes which addresses were bound, as a JSON object that appears whole or not at
/// all.
public final class PortsFile {

  private PortsFile() {}

  /// Writes the object to `file` by rename.
  public static void write(Path file, Map<String, ?> addresses) throws IOException {
    Path absolute = file.toAbsolutePath();
    Path aside = absolute.resolveSibling("." + absolute.getFileName() + ".new");
    Files.write(aside, new ObjectMapper().writeValueAsBytes(addresses));
    Files.move(
        aside, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /// `address:port`, IPv6 in brackets.
  public static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
