package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Peer;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.ztunnel.outbound.LocalDelivery;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/// Takes connections from workloads of this proxy to others of it, by the same tree and the same
/// decision as those that come in by tunnels.
///
/// @param served whether the workload `namespace/name` is one of this proxy
record SameNode(Inbound inbound, Predicate<String> served) implements LocalDelivery {

  @Override
  public boolean serves(Workload workload) {
    return served.test(workload.key());
  }

  @Override
  public void deliver(Handover handover, Outcome outcome) {
    StaticMesh mesh = inbound.parts().mesh().current();
    InetSocketAddress destination = handover.destination();
    var arrival =
        new InboundTarget.Arrival(
            mesh, handover.workload(), destination.getAddress(), inbound.parts().ownPorts());
    var authority = new Authority.ByAddress(destination.getAddress(), destination.getPort());
    switch (arrival.target(authority)) {
      case InboundTarget.Rejected(int status, var _) -> outcome.refused(status);
      case InboundTarget.Local(var target, var service, var announced) -> {
        var facts =
            new Connection(
                new Peer.Identified(handover.identity()),
                handover.client().getAddress(),
                new AddressPort(target.getAddress(), target.getPort()),
                null);
        var incoming =
            new Incoming(
                facts,
                handover.client(),
                handover.workload(),
                handover.source(),
                handover.service() == null ? service : handover.service(),
                announced);
        var downstream = new Downstream.Local(handover.application(), outcome);
        new InboundConnection(inbound, incoming, downstream).serve();
      }
    }
  }
}
