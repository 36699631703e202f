package dev.sluice.ztunnel.zds;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How long to wait before the next attempt to connect: 10 ms at first, doubling to 15 s, and from
/// the beginning once the agent has said something. Source: ztunnel's connection to its agent.
final class Backoff {

  private static final Logger LOG = LoggerFactory.getLogger(Backoff.class);
  private static final Duration FIRST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofSeconds(15);

  private Duration next = FIRST;
  private String lastFailure = "";

  /// An attempt failed; said once per reason, because the agent may start long after the proxy.
  void failed(String reason) {
    if (!reason.equals(lastFailure)) {
      LOG.atWarn().addKeyValue("reason", reason).log("the node's agent cannot be reached");
    }
    lastFailure = reason;
  }

  /// The next failure is news again.
  void connected() {
    lastFailure = "";
  }

  /// An agent that only accepts and closes must not be asked a hundred times a second.
  void heard() {
    next = FIRST;
  }

  Duration next() {
    Duration now = next;
    Duration doubled = next.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return now;
  }
}
