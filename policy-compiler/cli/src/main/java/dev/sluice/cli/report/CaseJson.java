package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.Peer;
import java.net.InetAddress;
import java.util.Map;
import java.util.TreeMap;

/// A case as it stands in a PolicyTest: `from`, `to` and `request`.
final class CaseJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private CaseJson() {}

  static ObjectNode of(Case asked) {
    ObjectNode json = NODES.objectNode();
    json.set("from", of(asked.from()));
    json.set("to", of(asked.to()));
    asked.http().ifPresent(http -> json.set("request", of(http)));
    return json;
  }

  private static ObjectNode of(Client client) {
    ObjectNode json = NODES.objectNode();
    switch (client.peer()) {
      case Peer.Identified(var id) -> json.put("principal", id.principal());
      case Peer.Anonymous() -> json.put("plaintext", true);
    }
    client.address().map(InetAddress::getHostAddress).ifPresent(ip -> json.put("ip", ip));
    return json;
  }

  private static ObjectNode of(Target target) {
    String field =
        switch (target) {
          case Target.OfService _ -> "service";
          case Target.OfWorkload _ -> "workload";
        };
    ObjectNode json =
        NODES
            .objectNode()
            .put(field, target.namespace() + "/" + target.name())
            .put("port", target.port());
    target.address().map(InetAddress::getHostAddress).ifPresent(ip -> json.put("ip", ip));
    return json;
  }

  private static ObjectNode of(Http http) {
    ObjectNode json = NODES.objectNode().put("method", http.method());
    if (!http.host().isEmpty()) {
      json.put("host", http.host());
    }
    json.put("path", http.path());
    if (!http.headers().isEmpty()) {
      ObjectNode headers = json.putObject("headers");
      new TreeMap<>(http.headers()).forEach(headers::put);
    }
    switch (http.token()) {
      case Token.Absent() -> {}
      case Token.Invalid() -> json.put("jwt", "invalid");
      case Token.Signed(var claims) -> json.set("jwt", token(claims.values()));
    }
    return json;
  }

  private static ObjectNode token(Map<String, ClaimValue> values) {
    ObjectNode json = NODES.objectNode();
    Map<String, ClaimValue> rest = new TreeMap<>(values);
    for (String name : new String[] {"iss", "sub", "aud"}) {
      if (values.get(name) instanceof ClaimValue.Text(var text)) {
        json.put(name, text);
        rest.remove(name);
      }
    }
    if (!rest.isEmpty()) {
      json.set("claims", object(rest));
    }
    return json;
  }

  private static ObjectNode object(Map<String, ClaimValue> values) {
    ObjectNode json = NODES.objectNode();
    new TreeMap<>(values).forEach((name, value) -> json.set(name, claim(value)));
    return json;
  }

  private static JsonNode claim(ClaimValue value) {
    return switch (value) {
      case ClaimValue.Text(var text) -> NODES.textNode(text);
      case ClaimValue.Texts(var texts) -> {
        var array = NODES.arrayNode();
        texts.forEach(array::add);
        yield array;
      }
      case ClaimValue.Nested(var inner) -> object(inner);
      case ClaimValue.Other() -> NODES.nullNode();
    };
  }
}
