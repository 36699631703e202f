package dev.sluice.waypoint.jwt;

import java.util.List;

/// The parts of a request in which tokens are looked for.
public interface TokenSource {

  /// All values of a header, in order; empty when absent.
  List<String> headers(String name);

  /// The query without `?`, as sent; empty when there is none.
  String query();
}
