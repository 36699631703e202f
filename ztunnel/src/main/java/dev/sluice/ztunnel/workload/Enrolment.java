package dev.sluice.ztunnel.workload;

import dev.sluice.runtime.mesh.LiveMesh;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps what is enrolled in step with the mesh, and tries again what failed.
public final class Enrolment implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Enrolment.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final LiveMesh mesh;
  private final LocalWorkloads workloads;
  private final Consumer<List<String>> report;
  private final Thread retries;
  private volatile List<String> problems = List.of();

  private Enrolment(LiveMesh mesh, LocalWorkloads workloads, Consumer<List<String>> report) {
    this.mesh = mesh;
    this.workloads = workloads;
    this.report = report;
    this.retries = Thread.ofVirtual().name("enrolment").unstarted(this::retry);
  }

  /// Enrols now and after every change; `report` gets what is wrong each time, in that thread.
  public static Enrolment start(
      LiveMesh mesh, LocalWorkloads workloads, Consumer<List<String>> report) {
    var enrolment = new Enrolment(mesh, workloads, report);
    enrolment.enrol();
    mesh.onChange(_ -> enrolment.enrol());
    enrolment.retries.start();
    return enrolment;
  }

  private void enrol() {
    List<String> found = workloads.enrol(mesh.current());
    if (!found.equals(problems)) {
      found.forEach(
          problem -> LOG.atError().addKeyValue("problem", problem).log("workload not enrolled"));
    }
    problems = found;
    report.accept(found);
  }

  private void retry() {
    try {
      while (true) {
        Thread.sleep(RETRY);
        if (!problems.isEmpty()) {
          enrol();
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    retries.interrupt();
  }
}
