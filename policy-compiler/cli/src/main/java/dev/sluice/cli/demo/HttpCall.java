package dev.sluice.cli.demo;

import java.util.LinkedHashMap;
import java.util.Map;

/// A request to send: method, target and headers; a POST carries a small body.
record HttpCall(String method, String path, Map<String, String> headers) {

  HttpCall {
    headers = Map.copyOf(headers);
  }

  static HttpCall get(String path) {
    return new HttpCall("GET", path, Map.of());
  }

  static HttpCall of(String method, String path) {
    return new HttpCall(method, path, Map.of());
  }

  /// The same request with one more header.
  HttpCall with(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpCall(method, path, more);
  }

  /// The body that is sent; empty unless the method is POST.
  String body() {
    return method.equals("POST") ? "{\"item\":\"tea\"}" : "";
  }
}
