package dev.sluice.ztunnel;

import dev.sluice.runtime.connection.CloseReason;
import dev.sluice.runtime.connection.OpenConnections;
import dev.sluice.runtime.process.Drain;
import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.workload.LocalWorkloads;

/// All that is open in the proxy: checked again as a whole, drained as a whole.
///
/// Only what comes in is checked again: whoever a connection leads to judges it.
record LiveTraffic(
    Capture capture, LocalWorkloads workloads, OpenConnections incoming, OpenConnections outgoing)
    implements Drain.Drainable {

  int recheck(CloseReason reason) {
    return incoming.recheck(reason);
  }

  @Override
  public void stopAccepting() {
    capture.close();
    workloads.drain();
  }

  @Override
  public int open() {
    return incoming.size() + outgoing.size();
  }

  @Override
  public void cutAll() {
    incoming.cutAll(CloseReason.DRAIN);
    outgoing.cutAll(CloseReason.DRAIN);
  }
}
