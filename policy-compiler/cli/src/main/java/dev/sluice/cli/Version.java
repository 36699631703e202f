package dev.sluice.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/// The version of this program, as the build knows it.
final class Version {
  private Version() {}

  /// For example `0.1.0`.
  static String current() {
    var properties = new Properties();
    try (InputStream stream = Version.class.getResourceAsStream("version.properties")) {
      if (stream == null) {
        throw new IllegalStateException("`version.properties` is not on the class path");
      }
      properties.load(stream);
    } catch (IOException broken) {
      throw new IllegalStateException("`version.properties` cannot be read", broken);
    }
    return properties.getProperty("version", "");
  }
}
