package dev.sluice.ztunnel;

import dev.sluice.engine.policy.Destination;
import dev.sluice.runtime.bundle.Activation;
import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.connection.CloseReason;
import dev.sluice.runtime.process.Readiness;
import dev.sluice.ztunnel.workload.LocalWorkloads;
import dev.sluice.ztunnel.workload.Served;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What has to hold for the proxy to be ready, and what a change of it does to live connections.
final class Conditions {

  private static final Logger LOG = LoggerFactory.getLogger(Conditions.class);
  private static final String MESH = "mesh";
  private static final String BUNDLE = "bundle";
  private static final String WORKLOADS = "workloads";
  private static final String CERTIFICATES = "certificates";
  private static final String CAPTURE = "capture";
  private static final String PODS = "pods";

  private final AtomicBoolean hadCertificates = new AtomicBoolean();
  private final Readiness readiness;
  private final LiveTraffic traffic;
  private final Served served;

  Conditions(Readiness readiness, LiveTraffic traffic, Served served) {
    this.readiness = readiness;
    this.traffic = traffic;
    this.served = served;
    List.of(MESH, BUNDLE, WORKLOADS, CERTIFICATES, CAPTURE).forEach(readiness::await);
  }

  /// A mesh, once there, stays: a broken file leaves the last good one serving.
  void meshIs(List<String> problems) {
    if (problems.isEmpty()) {
      readiness.fulfil(MESH);
    }
  }

  void enrolmentIs(List<String> problems) {
    set(WORKLOADS, problems);
    awaitCertificates(traffic.workloads());
  }

  /// At the start it is worth waiting for certificates, later one workload without does not make
  /// the node unready. A node does not wait for those it cannot get, a single workload does.
  private void awaitCertificates(LocalWorkloads workloads) {
    if (hadCertificates.get()) {
      return;
    }
    readiness.await(CERTIFICATES);
    var all =
        workloads.all().stream()
            .map(each ->
                switch (served) {
                  case Served.Node _ -> each.identity().attempted();
                  case Served.One _ -> each.identity().available();
                })
            .map(CompletionStage::toCompletableFuture)
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(all)
        .thenRun(() -> {
          if (!workloads.all().isEmpty()) {
            hadCertificates.set(true);
          }
          readiness.fulfil(CERTIFICATES);
        });
  }

  void captureIs(List<String> problems) {
    set(CAPTURE, problems);
    problems.forEach(problem -> LOG.atError().addKeyValue("problem", problem).log("not captured"));
  }

  void podsAre(List<String> problems) {
    set(PODS, problems);
  }

  private void set(String condition, List<String> problems) {
    if (problems.isEmpty()) {
      readiness.fulfil(condition);
    } else {
      readiness.await(condition);
    }
  }

  /// Labels decide which policies apply, so a new mesh may forbid what is open.
  void meshChanged(PolicySnapshot policy, LocalWorkloads workloads) {
    policy.prepare(workloads.destinations());
    int cut = traffic.recheck(CloseReason.MESH_CHANGE);
    LOG.atInfo().addKeyValue("cut", cut).log("connections checked against the new mesh");
  }

  Activation activation(LocalWorkloads workloads) {
    return new Activation() {
      @Override
      public Collection<Destination> enrolled() {
        return workloads.destinations();
      }

      @Override
      public void activated(PolicySnapshot snapshot) {
        int cut = traffic.recheck(CloseReason.POLICY_CHANGE);
        set(BUNDLE, snapshot.shard().isPresent() ? List.of() : List.of("no policy"));
        LOG.atInfo()
            .addKeyValue("generation", snapshot.generation())
            .addKeyValue("cut", cut)
            .log("connections checked against the new policy");
      }
    };
  }
}
