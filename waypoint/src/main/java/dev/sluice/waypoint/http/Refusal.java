package dev.sluice.waypoint.http;

/// A request that is not served because of its form: the status of the answer, and why as a stable
/// snake_case code.
public record Refusal(int status, String reason) {

  static Refusal badRequest(String reason) {
    return new Refusal(400, reason);
  }
}
