package dev.sluice.cli.input;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.NearestName;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.read.TreeReader;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.syntax.PolicyTestSyntax.TestCase;
import dev.sluice.compiler.validate.DocumentValidator;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.Peer;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that describe one request.
public final class CaseOptions {
  private static final int MOST_PORTS = 65_535;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--from",
      paramLabel = "NAMESPACE/ACCOUNT",
      description = "The client, by its service account.")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--from-principal",
      paramLabel = "PRINCIPAL",
      description = "The client, such as cluster.local/ns/shop/sa/web.")
  private Optional<String> principal = Optional.empty();

  @Option(
      names = "--plaintext",
      description = "The client is outside the mesh: it has no identity.")
  private boolean plaintext;

  @Option(
      names = "--from-ip",
      paramLabel = "ADDRESS",
      description = "The client's address; needed only where a policy looks at it.")
  private Optional<String> address = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "NAMESPACE/SERVICE:PORT",
      description = "The Service that is dialled.")
  private Optional<String> service = Optional.empty();

  @Option(
      names = "--to-workload",
      paramLabel = "NAMESPACE/WORKLOAD:PORT",
      description = "The workload whose pod is dialled directly.")
  private Optional<String> workload = Optional.empty();

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description = "HTTP method (GET); without any HTTP option it is a TCP connection.")
  private Optional<String> method = Optional.empty();

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description = "HTTP authority; by default the DNS name of what is dialled.")
  private Optional<String> host = Optional.empty();

  @Option(names = "--path", paramLabel = "PATH", description = "HTTP path with query (/).")
  private Optional<String> path = Optional.empty();

  @Option(names = "--header", paramLabel = "NAME=VALUE", description = "HTTP header; repeatable.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--jwt-iss",
      paramLabel = "ISSUER",
      description = "The issuer of a valid token that the request carries.")
  private Optional<String> issuer = Optional.empty();

  @Option(names = "--jwt-sub", paramLabel = "SUBJECT", description = "Its subject.")
  private Optional<String> subject = Optional.empty();

  @Option(
      names = "--jwt-claim",
      paramLabel = "NAME=TEXT",
      description = "One of its claims, dots for nesting; repeatable.")
  private Map<String, String> claims = new LinkedHashMap<>();

  @Option(
      names = "--jwt",
      paramLabel = "invalid",
      description = "The request carries a token that fails validation.")
  private Optional<String> jwt = Optional.empty();

  @Option(
      names = "--case",
      paramLabel = "FILE#NAME",
      description = "A case of a PolicyTest, in place of all other options about the request.")
  private Optional<String> reference = Optional.empty();

  /// The request as described; misuse is refused.
  public Case asked(MeshSettings settings) {
    if (reference.isPresent()) {
      if (from.or(() -> principal).or(() -> service).or(() -> workload).isPresent() || plaintext) {
        throw misuse("`--case` stands for the whole request; leave the other options out");
      }
      return ofTest(reference.get(), settings);
    }
    return new Case(client(settings), target(), http());
  }

  private Case ofTest(String text, MeshSettings settings) {
    int hash = text.indexOf('#');
    if (hash < 1 || hash == text.length() - 1) {
      throw misuse("`" + text + "` is not FILE#NAME");
    }
    String file = text.substring(0, hash);
    String name = text.substring(hash + 1);
    var problems = new Diagnostics();
    var tree = SourceFiles.load(List.of(file), InputStream.nullInputStream(), problems);
    var read = DocumentValidator.validate(TreeReader.read(tree, problems), settings, problems);
    List<TestCase> cases = read.tests().stream().flatMap(test -> test.cases().stream()).toList();
    Optional<TestCase> found = cases.stream().filter(one -> one.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      throw misuse("no case `" + name + "` in `" + file + "`; " + why(name, cases, problems));
    }
    return found.get().asked();
  }

  private static String why(String name, List<TestCase> cases, Diagnostics problems) {
    Optional<Diagnostic> error =
        problems.sorted().stream().filter(f -> f.severity() == Severity.ERROR).findFirst();
    if (error.isPresent()) {
      return error.get().span() + ": " + error.get().text().message();
    }
    List<String> names = cases.stream().map(TestCase::name).toList();
    return NearestName.help(name, names, "it has " + names.size() + " cases");
  }

  private Client client(MeshSettings settings) {
    long given =
        Stream.of(from.isPresent(), principal.isPresent(), plaintext).filter(is -> is).count();
    if (given != 1) {
      throw misuse("give exactly one of `--from`, `--from-principal` and `--plaintext`");
    }
    Optional<InetAddress> ip = address.map(this::literal);
    if (plaintext) {
      return new Client(Peer.anonymous(), ip);
    }
    String text =
        principal.orElseGet(() -> {
          String[] parts = pair(from.orElse(""), "--from");
          return settings.trustDomain().name() + "/ns/" + parts[0] + "/sa/" + parts[1];
        });
    return new Client(
        SpiffeId.parsePrincipal(text)
            .map(Peer.Identified::new)
            .orElseThrow(() -> misuse("`" + text + "` is not the identity of a workload")),
        ip);
  }

  private InetAddress literal(String text) {
    return Optional.of(text)
        .filter(literal -> literal.indexOf('/') < 0)
        .flatMap(Cidr::parse)
        .map(Cidr::network)
        .orElseThrow(() -> misuse("`" + text + "` is not an IP address"));
  }

  private Target target() {
    if (service.isPresent() == workload.isPresent()) {
      throw misuse("give exactly one of `--to` and `--to-workload`");
    }
    String option = service.isPresent() ? "--to" : "--to-workload";
    String text = service.or(() -> workload).orElse("");
    int colon = text.lastIndexOf(':');
    String[] parts = pair(colon < 0 ? text : text.substring(0, colon), option);
    int port = port(text.substring(colon + 1), option);
    return service.isPresent()
        ? new Target.OfService(parts[0], parts[1], port, Optional.empty())
        : new Target.OfWorkload(parts[0], parts[1], port, Optional.empty());
  }

  private int port(String text, String option) {
    boolean digits =
        !text.isEmpty() && text.length() < 6 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = digits ? Integer.parseInt(text) : 0;
    if (port < 1 || port > MOST_PORTS) {
      throw misuse("`" + option + "` needs a port, such as shop/orders:80");
    }
    return port;
  }

  private String[] pair(String text, String option) {
    String[] parts = text.split("/", -1);
    if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw misuse("`" + option + "` needs a namespace and a name, such as shop/web");
    }
    return parts;
  }

  private Optional<Http> http() {
    Token token = token();
    boolean given =
        method.or(() -> host).or(() -> path).isPresent()
            || !headers.isEmpty()
            || !(token instanceof Token.Absent);
    if (!given) {
      return Optional.empty();
    }
    var lower = new HashMap<String, String>();
    headers.forEach((name, value) -> lower.put(name.toLowerCase(Locale.ROOT), value));
    return Optional.of(
        new Http(method.orElse("GET"), host.orElse(""), path.orElse("/"), lower, token));
  }

  private Token token() {
    boolean described = issuer.or(() -> subject).isPresent() || !claims.isEmpty();
    if (jwt.isPresent()) {
      if (!jwt.get().equals("invalid") || described) {
        throw misuse("`--jwt` takes `invalid` alone; describe a valid token with `--jwt-iss`");
      }
      return new Token.Invalid();
    }
    if (!described) {
      return new Token.Absent();
    }
    if (issuer.isEmpty()) {
      throw misuse("a token has an issuer: give `--jwt-iss`");
    }
    Map<String, ClaimValue> values = new HashMap<>();
    claims.forEach((name, text) -> put(values, List.of(name.split("\\.", -1)), text));
    values.put("iss", new ClaimValue.Text(issuer.get()));
    subject.ifPresent(text -> values.put("sub", new ClaimValue.Text(text)));
    return new Token.Signed(new Claims(values));
  }

  private static void put(Map<String, ClaimValue> values, List<String> path, String text) {
    String name = path.getFirst();
    if (path.size() == 1) {
      values.put(name, new ClaimValue.Text(text));
      return;
    }
    Map<String, ClaimValue> inner = new HashMap<>();
    if (values.get(name) instanceof ClaimValue.Nested(var known)) {
      inner.putAll(known);
    }
    put(inner, path.subList(1, path.size()), text);
    values.put(name, new ClaimValue.Nested(inner));
  }

  private ParameterException misuse(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
