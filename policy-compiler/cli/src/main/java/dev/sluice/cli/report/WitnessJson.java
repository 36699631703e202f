package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Caller;
import dev.sluice.compiler.diagnostic.Witness.Destination;
import dev.sluice.compiler.diagnostic.Witness.Request;

/// A witness request as data, its parts as they stand in a `PolicyTest` case.
final class WitnessJson {

  private WitnessJson() {}

  static ObjectNode of(Witness witness) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("text", witness.sentence());
    ObjectNode from = json.putObject("from");
    switch (witness.from()) {
      case Caller.Plaintext() -> from.put("plaintext", true);
      case Caller.Principal(var principal) -> from.put("principal", principal);
    }
    ObjectNode to = json.putObject("to");
    switch (witness.to()) {
      case Destination.Service(var service, var port) ->
          to.put("service", service).put("port", port);
      case Destination.Workload(var kind, var workload, var port) ->
          to.put("kind", kind).put("workload", workload).put("port", port);
      case Destination.Described(var words) -> to.put("described", words);
    }
    if (witness.request().isEmpty()) {
      json.putNull("request");
    } else {
      Request request = witness.request().get();
      ObjectNode node = json.putObject("request");
      node.put("method", request.method()).put("host", request.host()).put("path", request.path());
      ObjectNode headers = node.putObject("headers");
      request.headers().forEach(headers::put);
    }
    json.put("decision", witness.decision().word());
    return json;
  }
}
