package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.yaml.YamlFile;
import dev.sluice.ztunnel.linux.NetworkNamespace;
import dev.sluice.ztunnel.workload.Pod;
import dev.sluice.ztunnel.workload.PodEvents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells of the pods named in the capture file, and of every change of the file while it is there.
///
/// The way for tests and for whoever enrols pods by hand; a node agent speaks the ZDS protocol. A
/// pod whose namespace cannot be opened is tried again with every look.
public final class PodFile implements AutoCloseable {

  /// Time between two looks at the file.
  public static final Duration INTERVAL = Duration.ofMillis(200);

  private static final Logger LOG = LoggerFactory.getLogger(PodFile.class);

  private final Path file;
  private final PodEvents events;
  private final Consumer<List<String>> report;
  private final Thread thread;
  private final Map<String, Object> told = new HashMap<>();
  private List<CapturePlan.InPod> wanted = List.of();
  private List<String> problems = List.of();
  private @Nullable Stamp last;

  private record Stamp(@Nullable Object key, long modifiedNanos, long size) {}

  private PodFile(Path file, PodEvents events, Consumer<List<String>> report) {
    this.file = file;
    this.events = events;
    this.report = report;
    this.thread = Thread.ofVirtual().name("pod-file").unstarted(this::watch);
  }

  /// Tells of what the file says now, then watches it.
  ///
  /// @param report gets what keeps pods from being announced whenever that changes, and an empty
  ///   list when nothing does
  public static PodFile start(Path file, PodEvents events, Consumer<List<String>> report) {
    var pods = new PodFile(file, events, report);
    pods.look();
    events.snapshotComplete();
    report.accept(pods.problems);
    pods.thread.start();
    return pods;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        List<String> before = problems;
        look();
        if (!problems.equals(before)) {
          report.accept(problems);
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    // The stamp is taken before the content is read, so that a change between the two is seen.
    Stamp now = stamp();
    var found = new ArrayList<String>();
    if (now != null && !now.equals(last)) {
      last = now;
      switch (CapturePlan.load(file)) {
        case YamlFile.Parsed.Value<CapturePlan>(var plan) -> wanted = plan.pods().orElse(List.of());
        case YamlFile.Parsed.Broken<CapturePlan>(var broken) -> {
          // The pods told of before stay; the next change of the file is read again.
          broken.forEach(
              problem -> LOG.atError().addKeyValue("problem", problem).log("capture file refused"));
          return;
        }
      }
    }
    removeOthers();
    wanted.forEach(pod -> tell(pod, found));
    problems = found;
  }

  private void removeOthers() {
    for (String workload : List.copyOf(told.keySet())) {
      if (wanted.stream().noneMatch(pod -> pod.workload().equals(workload))) {
        told.remove(workload);
        events.removed(uid(workload));
      }
    }
  }

  private void tell(CapturePlan.InPod pod, List<String> found) {
    Object key = key(pod.netns());
    // The name may have been given to another namespace since the last look.
    if (key != null && key.equals(told.get(pod.workload()))) {
      return;
    }
    switch (NetworkNamespace.ofPath(pod.netns())) {
      case NetworkNamespace.Opened.Failed(var failure) ->
          found.add("`" + pod.workload() + "`: " + failure);
      case NetworkNamespace.Opened.Open(var namespace) -> {
        told.put(pod.workload(), key == null ? namespace.identity() : key);
        int slash = pod.workload().indexOf('/');
        // Whether it is served yet is the receiver's to report.
        events.added(
            new Pod(
                uid(pod.workload()),
                pod.workload().substring(0, slash),
                pod.workload().substring(slash + 1),
                pod.serviceAccount(),
                namespace));
      }
    }
  }

  private static @Nullable Object key(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (IOException gone) {
      return null;
    }
  }

  private static String uid(String workload) {
    return "file:" + workload;
  }

  private @Nullable Stamp stamp() {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(
          attributes.fileKey(),
          attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
          attributes.size());
    } catch (IOException gone) {
      // Between unlink and rename there is no file; the next look finds the new one.
      return null;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
