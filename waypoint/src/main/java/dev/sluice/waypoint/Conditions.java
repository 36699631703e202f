package dev.sluice.waypoint;

import dev.sluice.engine.policy.Destination;
import dev.sluice.runtime.bundle.Activation;
import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.connection.CloseReason;
import dev.sluice.runtime.connection.OpenConnections;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.process.Readiness;
import dev.sluice.waypoint.decision.ServiceDirectory;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has to hold for the waypoint to be ready, and what a change of it does to live connections.
record Conditions(
    Readiness readiness, OpenConnections connections, ServiceDirectory directory, LiveMesh mesh) {

  private static final Logger LOG = LoggerFactory.getLogger(Conditions.class);
  private static final String MESH = "mesh";
  private static final String BUNDLE = "bundle";
  private static final String LISTENER = "listener";

  /// Nothing is there yet.
  void begin() {
    List.of(MESH, BUNDLE, LISTENER).forEach(readiness::await);
  }

  /// A mesh, once there, stays: a broken file leaves the last good one serving.
  void meshIs(List<String> problems) {
    if (problems.isEmpty()) {
      readiness.fulfil(MESH);
    }
  }

  void listenerIs(List<String> problems) {
    set(LISTENER, problems);
  }

  private void set(String condition, List<String> problems) {
    if (problems.isEmpty()) {
      readiness.fulfil(condition);
    } else {
      readiness.await(condition);
    }
  }

  /// Labels and bindings decide what applies, so a new mesh may forbid what is open.
  void meshChanged(PolicySnapshot policy) {
    policy.prepare(enrolled());
    int cut = connections.recheck(CloseReason.MESH_CHANGE);
    LOG.atInfo().addKeyValue("cut", cut).log("connections checked against the new mesh");
  }

  private Collection<Destination> enrolled() {
    return directory.destinations(mesh.current());
  }

  Activation activation() {
    return new Activation() {
      @Override
      public Collection<Destination> enrolled() {
        return Conditions.this.enrolled();
      }

      @Override
      public void activated(PolicySnapshot snapshot) {
        int cut = connections.recheck(CloseReason.POLICY_CHANGE);
        set(BUNDLE, snapshot.shard().isPresent() ? List.of() : List.of("no policy"));
        LOG.atInfo()
            .addKeyValue("generation", snapshot.generation())
            .addKeyValue("cut", cut)
            .log("connections checked against the new policy");
      }
    };
  }
}
