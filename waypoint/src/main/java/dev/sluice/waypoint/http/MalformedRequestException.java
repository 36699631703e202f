package dev.sluice.waypoint.http;

import java.io.Serial;

/// Thrown inside the decoder when bytes are no acceptable request; carried to the next handler as a
/// {@link Refusal}, never further.
final class MalformedRequestException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  MalformedRequestException(int status, String reason) {
    super(reason, null, false, false);
    this.refusal = new Refusal(status, reason);
  }

  Refusal refusal() {
    return refusal;
  }
}
