package dev.sluice.ztunnel.inbound;

import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.bundle.PolicySnapshot.Trial;
import dev.sluice.runtime.process.PortsFile;
import dev.sluice.runtime.telemetry.MeshMetrics;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks policies on trial what they would decide, counts it, and logs where it would be something
/// else than what was decided. No decision depends on it.
record Rehearsal(Judge judge, MeshMetrics metrics) {

  private static final Logger LOG = LoggerFactory.getLogger("shadow");

  /// Goes through the trials for a connection that has been decided.
  void of(Incoming incoming, Verdict decided) {
    try {
      List<Trial> trials = judge.trials(incoming.workload());
      trials.forEach(trial -> rehearse(trial, incoming, decided));
    } catch (RuntimeException bug) {
      // Whatever is wrong with a policy on trial, the connection goes its way.
      LOG.error("policies on trial could not be evaluated", bug);
    }
  }

  private void rehearse(Trial trial, Incoming incoming, Verdict decided) {
    Verdict wouldBe = trial.decider().decide(incoming.facts());
    metrics.rehearsed("l4", trial.policy(), wouldBe);
    if (wouldBe.allows() != decided.allows()) {
      LOG.atInfo()
          .addKeyValue("policy", trial.policy())
          .addKeyValue("decision", wouldBe.allows() ? "allow" : "deny")
          .addKeyValue("reason", wouldBe.cause().code())
          .addKeyValue("src.addr", PortsFile.text(incoming.remote()))
          .addKeyValue("src.identity", incoming.identity())
          .addKeyValue("dst.workload", incoming.workload().key())
          .addKeyValue("dst.addr", PortsFile.text(incoming.destination()))
          .log("a policy on trial would decide otherwise");
    }
  }
}
