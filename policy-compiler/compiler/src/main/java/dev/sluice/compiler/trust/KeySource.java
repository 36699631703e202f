package dev.sluice.compiler.trust;

import java.nio.file.Path;

/// Where a private key is: a file, an environment variable, or a token that keeps it.
public sealed interface KeySource {

  /// PKCS#8 PEM in a file, plain or encrypted.
  record InFile(Path file) implements KeySource {}

  /// The same in an environment variable, as CI systems hand out secrets.
  record InEnvironment(String variable) implements KeySource {}

  /// A key that never leaves its PKCS#11 token. Source: RFC 7512.
  record OnToken(TokenAddress address) implements KeySource {}

  /// What came of reading what a user wrote.
  sealed interface Parsing {
    /// A place to look.
    record Source(KeySource source) implements Parsing {}

    /// Not a place, and why.
    record Wrong(String reason) implements Parsing {}
  }

  /// Reads `env:NAME`, `pkcs11:…`, `file:PATH` or a path.
  static Parsing parse(String text) {
    if (text.startsWith("env:")) {
      String name = text.substring("env:".length());
      return name.isEmpty()
          ? new Parsing.Wrong("`env:` needs the name of a variable")
          : new Parsing.Source(new InEnvironment(name));
    }
    if (text.startsWith("pkcs11:")) {
      return switch (TokenAddress.parse(text)) {
        case TokenAddress.Parsing.Address(var address) -> new Parsing.Source(new OnToken(address));
        case TokenAddress.Parsing.Wrong(var reason) -> new Parsing.Wrong(reason);
      };
    }
    String path = text.startsWith("file:") ? text.substring("file:".length()) : text;
    return path.isEmpty()
        ? new Parsing.Wrong("a key source is a file, `env:NAME` or `pkcs11:…`")
        : new Parsing.Source(new InFile(Path.of(path)));
  }
}
