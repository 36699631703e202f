package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.ScalarType;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PolicyTestSyntax;
import dev.sluice.compiler.syntax.PolicyTestSyntax.Expectation;
import dev.sluice.compiler.syntax.PolicyTestSyntax.TestCase;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.Peer;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads a PolicyTest whose shape fits the schema.
final class PolicyTestReader {

  private final MeshSettings settings;
  private final Problems problems;

  PolicyTestReader(MeshSettings settings, Problems problems) {
    this.settings = settings;
    this.problems = problems;
  }

  PolicyTestSyntax read(Metadata metadata, MappingNode root) {
    var cases = new ArrayList<TestCase>();
    var names = new HashSet<String>();
    for (MappingNode node : Fields.mappings(mapping(root, "spec"), "cases")) {
      TestCase read = testCase(node);
      if (!names.add(read.name())) {
        problems.report(
            Code.DUPLICATE_ENTRY,
            read.span(),
            new Text(
                "case `" + read.name() + "` is defined twice",
                "a report would not say which of them failed",
                "rename one of them"));
      }
      cases.add(read);
    }
    return new PolicyTestSyntax(metadata, cases);
  }

  private TestCase testCase(MappingNode node) {
    Case asked =
        new Case(
            client(mapping(node, "from")),
            target(mapping(node, "to")),
            Optional.ofNullable(node.mapping("request")).map(this::http));
    MappingNode expect = mapping(node, "expect");
    var expected =
        new Expectation(
            Decision.valueOf(Fields.textOrEmpty(expect, "decision").toUpperCase(Locale.ROOT)),
            optional(expect, "by"),
            optional(expect, "at"));
    Located<String> name = Fields.text(node, "name");
    return new TestCase(
        Fields.textOrEmpty(node, "name"),
        asked,
        expected,
        name == null ? Fields.startOf(node) : name.span());
  }

  private static MappingNode mapping(MappingNode node, String field) {
    MappingNode found = node.mapping(field);
    return found == null ? new MappingNode(List.of(), node.span()) : found;
  }

  private static Optional<String> optional(MappingNode node, String field) {
    return Optional.of(Fields.textOrEmpty(node, field)).filter(text -> !text.isEmpty());
  }

  private Client client(MappingNode from) {
    boolean account = Fields.has(from, "namespace") || Fields.has(from, "serviceAccount");
    boolean principal = Fields.has(from, "principal");
    boolean plaintext = Fields.has(from, "plaintext");
    Optional<InetAddress> address = address(from);
    if (Stream.of(account, principal, plaintext).filter(given -> given).count() != 1) {
      unclear(
          from,
          "`from` does not name exactly one client",
          "give `namespace` and `serviceAccount`, or `principal`, or `plaintext: true`");
      return new Client(Peer.anonymous(), address);
    }
    return new Client(plaintext ? Peer.anonymous() : peer(from), address);
  }

  private Peer peer(MappingNode from) {
    String given = Fields.textOrEmpty(from, "principal");
    String text =
        given.isEmpty()
            ? settings.trustDomain().name()
                + "/ns/"
                + Fields.textOrEmpty(from, "namespace")
                + "/sa/"
                + Fields.textOrEmpty(from, "serviceAccount")
            : given;
    Optional<SpiffeId> id = SpiffeId.parsePrincipal(text);
    if (id.isEmpty()) {
      unclear(
          from,
          "`" + Words.shortened(text) + "` is not the identity of a workload",
          "give both `namespace` and `serviceAccount`, or a principal such as"
              + " `cluster.local/ns/shop/sa/web`");
      return Peer.anonymous();
    }
    return new Peer.Identified(id.get());
  }

  private Target target(MappingNode to) {
    String service = Fields.textOrEmpty(to, "service");
    String workload = Fields.textOrEmpty(to, "workload");
    int port = Fields.integer(to, "port").orElse(0);
    Optional<InetAddress> address = address(to);
    if (service.isEmpty() == workload.isEmpty()) {
      unclear(to, "`to` does not name exactly one target", "give either `service` or `workload`");
    }
    String[] parts = (service.isEmpty() ? workload : service).split("/", 2);
    String namespace = parts[0];
    String name = parts.length == 2 ? parts[1] : "";
    return service.isEmpty()
        ? new Target.OfWorkload(namespace, name, port, address)
        : new Target.OfService(namespace, name, port, address);
  }

  private Optional<InetAddress> address(MappingNode node) {
    Located<String> text = Fields.text(node, "ip");
    if (text == null) {
      return Optional.empty();
    }
    Optional<InetAddress> address =
        text.value().indexOf('/') >= 0
            ? Optional.empty()
            : Cidr.parse(text.value()).map(Cidr::network);
    if (address.isEmpty()) {
      unclear(
          text.span(),
          "`" + Words.shortened(text.value()) + "` is not an IP address",
          "give an address such as `10.0.1.2`, never a name");
    }
    return address;
  }

  private Http http(MappingNode request) {
    var headers = new HashMap<String, String>();
    Fields.plain(Fields.textsByKey(request.mapping("headers")))
        .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    return new Http(
        optional(request, "method").orElse("GET"),
        Fields.textOrEmpty(request, "host"),
        optional(request, "path").orElse("/"),
        headers,
        token(request));
  }

  private Token token(MappingNode request) {
    Node jwt = request.value("jwt");
    if (jwt instanceof MappingNode mapping) {
      var values = new HashMap<String, ClaimValue>();
      MappingNode claims = mapping.mapping("claims");
      if (claims != null) {
        values.putAll(nested(claims));
      }
      for (String name : List.of("iss", "sub", "aud")) {
        optional(mapping, name).ifPresent(text -> values.put(name, new ClaimValue.Text(text)));
      }
      return new Token.Signed(new Claims(values));
    }
    if (jwt instanceof ScalarNode scalar && !scalar.text().equals("invalid")) {
      unclear(
          scalar.span(),
          "`" + Words.shortened(scalar.text()) + "` is not a token",
          "give its claims, or `invalid` for one that fails validation");
    }
    return jwt == null ? new Token.Absent() : new Token.Invalid();
  }

  private static Map<String, ClaimValue> nested(MappingNode mapping) {
    var values = new HashMap<String, ClaimValue>();
    mapping.entries().forEach(entry -> values.put(entry.key().text(), claim(entry.value())));
    return values;
  }

  private static ClaimValue claim(Node node) {
    return switch (node) {
      case ScalarNode scalar ->
          scalar.resolve() == ScalarType.TEXT
              ? new ClaimValue.Text(scalar.text())
              : new ClaimValue.Other();
      case MappingNode mapping -> new ClaimValue.Nested(nested(mapping));
      case SequenceNode sequence ->
          new ClaimValue.Texts(
              sequence.items().stream()
                  .filter(ScalarNode.class::isInstance)
                  .map(ScalarNode.class::cast)
                  .filter(scalar -> scalar.resolve() == ScalarType.TEXT)
                  .map(ScalarNode::text)
                  .toList());
    };
  }

  private void unclear(MappingNode at, String message, String help) {
    unclear(Fields.startOf(at), message, help);
  }

  private void unclear(Span at, String message, String help) {
    problems.report(
        Code.WRONG_VALUE, at, new Text(message, "a case has to have one reading", help));
  }
}
