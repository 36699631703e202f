package dev.sluice.waypoint;

import dev.sluice.runtime.connection.CloseReason;
import dev.sluice.runtime.connection.OpenConnections;
import dev.sluice.runtime.process.Drain;
import dev.sluice.waypoint.server.Activity;

/// All that is open in the waypoint: connections are checked again at every change; requests finish
/// by the policy they began with.
record LiveTraffic(Entrance entrance, Activity activity, OpenConnections connections)
    implements Drain.Drainable {

  @Override
  public void stopAccepting() {
    activity.leave();
    entrance.drain();
  }

  @Override
  public int open() {
    return activity.requests() + connections.size();
  }

  @Override
  public void cutAll() {
    connections.cutAll(CloseReason.DRAIN);
    activity.cutAll();
  }
}
