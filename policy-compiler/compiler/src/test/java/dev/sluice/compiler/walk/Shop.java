package dev.sluice.compiler.walk;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.Peer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The example tree compiled, with more documents if need be, and cases about it.
final class Shop {

  private static final String FOLDER =
      Path.of(System.getProperty("sluice.root", "../.."), "examples/shop").toString();

  static final Client WEB = client("shop", "web");
  static final Client PLAINTEXT = new Client(Peer.anonymous(), Optional.empty());

  private Shop() {}

  static Compilation compilation(String... documents) {
    var problems = new Diagnostics();
    var files =
        new ArrayList<>(
            SourceFiles.load(List.of(FOLDER), InputStream.nullInputStream(), problems).files());
    files.removeIf(file -> file.path().endsWith("sluice.yaml"));
    for (int i = 0; i < documents.length; i++) {
      files.add(
          new SourceFile("more-" + i + ".yaml", documents[i].getBytes(StandardCharsets.UTF_8)));
    }
    return Compiler.compile(new SourceTree(files), MeshSettings.defaults(), problems);
  }

  static Walk walk(String... documents) {
    Compilation compilation = compilation(documents);
    if (compilation.hasErrors()) {
      throw new AssertionError(compilation.findings());
    }
    return Walk.of(compilation.mesh(), compilation.shards());
  }

  static Client client(String namespace, String account) {
    return new Client(
        new Peer.Identified(SpiffeId.of("cluster.local", namespace, account)), Optional.empty());
  }

  static Target service(String name, int port) {
    return new Target.OfService(namespace(name), name, port, Optional.empty());
  }

  static Target workload(String name, int port) {
    return new Target.OfWorkload(namespace(name), name, port, Optional.empty());
  }

  private static String namespace(String name) {
    return name.startsWith("ledger") ? "payments" : "shop";
  }

  static Http http(String method, String path) {
    return new Http(method, "", path, Map.of(), new Token.Absent());
  }

  static Http withToken(Http http, Token token) {
    return new Http(http.method(), http.host(), http.path(), http.headers(), token);
  }

  static Token token(String issuer, String role) {
    return new Token.Signed(
        new Claims(
            Map.of(
                "iss", new ClaimValue.Text(issuer),
                "sub", new ClaimValue.Text("alice"),
                "role", new ClaimValue.Text(role))));
  }

  static Case request(Client from, Target to, Http http) {
    return new Case(from, to, Optional.of(http));
  }

  static Case connection(Client from, Target to) {
    return new Case(from, to, Optional.empty());
  }
}
