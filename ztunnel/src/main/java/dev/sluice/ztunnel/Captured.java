package dev.sluice.ztunnel;

import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.capture.CapturedInbound;
import dev.sluice.ztunnel.capture.CapturedOutbound;
import dev.sluice.ztunnel.inbound.Inbound;
import dev.sluice.ztunnel.outbound.Outbound;

/// Leads captured connections to the half of the proxy they belong to.
record Captured(Inbound in, Outbound out) implements Capture.Sink {

  @Override
  public void outbound(CapturedOutbound connection) {
    out.accept(connection);
  }

  @Override
  public void inbound(CapturedInbound connection) {
    in.accept(connection);
  }
}
