package dev.sluice.bench.pods;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// A kind of proxy that can stand between the pods of a bed.
interface Proxy {

  String name();

  /// Why it cannot be started here; empty when it can.
  Optional<String> missing();

  /// Starts one in a pod, ready for traffic when this returns; `api` is on the server's side, every
  /// other pod on the client's.
  Started start(World world, Bed.Pod pod) throws IOException;

  /// A proxy that runs.
  ///
  /// @param processes all of it; empty when there is no proxy at all
  /// @param redirectTo the port of the pod that takes what it dials; 0 for none
  /// @param readyMillis from start to ready
  record Started(List<Process> processes, int redirectTo, long readyMillis) {

    long cpuMillis() throws IOException {
      long sum = 0;
      for (Process process : processes) {
        sum += ProcessFacts.cpuMillis(process.pid());
      }
      return sum;
    }

    long residentKib() throws IOException {
      long sum = 0;
      for (Process process : processes) {
        sum += ProcessFacts.residentKib(process.pid());
      }
      return sum;
    }

    void stop() {
      for (Process process : processes) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        Shell.awaitEnd(process);
      }
    }
  }
}
