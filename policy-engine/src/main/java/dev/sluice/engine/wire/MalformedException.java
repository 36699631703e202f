package dev.sluice.engine.wire;

import java.io.Serial;

/// Unwinds the reader at the first thing it does not understand; {@link ShardCodec} turns it into a
/// value.
final class MalformedException extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  private final String reason;

  MalformedException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
