package dev.sluice.ztunnel.workload;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pods of the node: captures those that are announced, tries again what failed, lets go of
/// those that left.
///
/// Pods are captured independently of each other: one that takes long delays no other.
public final class Pods implements PodEvents, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Pods.class);
  // Source: ztunnel's state manager.
  private static final Duration RETRY = Duration.ofSeconds(5);

  /// Hears of every change, in the thread that brought it; it must not block for long.
  public interface Listener {

    /// Which pods there are has changed.
    void changed();

    /// What has to be overcome before everything announced is served; empty when it is.
    void missing(List<String> problems);
  }

  private final PodCapture capture;
  private final Duration lingering;
  private final Listener listener;
  private final PodCounts counts = new PodCounts();
  private final ConcurrentHashMap<String, CapturedPod> byUid = new ConcurrentHashMap<>();
  private final Set<String> seen = new HashSet<>();
  private final Thread retries;
  private volatile boolean complete;
  private volatile boolean closed;

  private Pods(PodCapture capture, Duration lingering, Listener listener) {
    this.capture = capture;
    this.lingering = lingering;
    this.listener = listener;
    this.retries = Thread.ofVirtual().name("pod-retries").unstarted(this::retry);
  }

  /// No pods yet, and not ready before the first snapshot is complete.
  ///
  /// @param lingering how long connections of a pod that left may go on
  public static Pods start(PodCapture capture, Duration lingering, Listener listener) {
    var pods = new Pods(capture, lingering, listener);
    pods.report();
    pods.retries.start();
    return pods;
  }

  @Override
  public Added added(Pod pod) {
    seen.add(pod.uid());
    CapturedPod known = byUid.get(pod.uid());
    if (known != null && known.isSame(pod)) {
      pod.network().close();
      return attempt(known);
    }
    if (known != null) {
      LOG.atInfo().addKeyValue("pod", pod).log("pod moved to another network namespace");
      known.release(lingering);
    }
    var next = new CapturedPod(pod, capture, counts);
    byUid.put(pod.uid(), next);
    if (closed) {
      release(pod.uid());
      return new Added.Pending("the proxy is stopping");
    }
    listener.changed();
    return attempt(next);
  }

  private Added attempt(CapturedPod pod) {
    Added added = pod.attempt();
    report();
    return added;
  }

  @Override
  public void kept(String uid) {
    seen.add(uid);
    if (!byUid.containsKey(uid)) {
      LOG.atWarn().addKeyValue("uid", uid).log("the agent keeps a pod that was never announced");
    }
  }

  @Override
  public void removed(String uid) {
    seen.remove(uid);
    // A snapshot lets go of what it did not mention, all at once.
    if (complete) {
      release(uid);
      listener.changed();
      report();
    }
  }

  private void release(String uid) {
    CapturedPod gone = byUid.remove(uid);
    if (gone == null) {
      LOG.atDebug().addKeyValue("uid", uid).log("an unknown pod left");
      return;
    }
    gone.release(lingering);
    LOG.atInfo().addKeyValue("pod", gone.pod()).log("pod left");
  }

  @Override
  public void snapshotComplete() {
    List.copyOf(byUid.keySet()).stream().filter(uid -> !seen.contains(uid)).forEach(this::release);
    complete = true;
    LOG.atInfo().addKeyValue("pods", byUid.size()).log("the node's pods are known");
    listener.changed();
    report();
  }

  @Override
  public void sourceLost() {
    seen.clear();
    complete = false;
    report();
  }

  private void retry() {
    try {
      while (!closed) {
        Thread.sleep(RETRY);
        retryPending();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  void retryPending() {
    List<CapturedPod> pending = byUid.values().stream().filter(CapturedPod::isPending).toList();
    pending.forEach(CapturedPod::attempt);
    if (!pending.isEmpty()) {
      report();
    }
  }

  private synchronized void report() {
    var problems = new ArrayList<String>();
    if (!complete) {
      problems.add("the node's agent has not said which pods there are");
    }
    byUid.values().stream()
        .filter(CapturedPod::isPending)
        .sorted(Comparator.comparing(pod -> pod.pod().key()))
        .forEach(pod -> problems.add(pod.pod() + ": " + pod.problem()));
    listener.missing(problems);
  }

  /// Every pod announced and not gone, by name.
  public List<PodState> states() {
    return byUid.values().stream()
        .map(CapturedPod::state)
        .sorted(Comparator.comparing(state -> state.pod().key()))
        .toList();
  }

  /// How many pods are served and waited for, and were begun and ended.
  public PodCounts counts() {
    return counts;
  }

  /// Whether there is a pod of these names.
  boolean has(String namespace, String name, String serviceAccount) {
    return byUid.values().stream()
        .map(CapturedPod::pod)
        .anyMatch(pod ->
            pod.name().equals(name)
                && pod.namespace().equals(namespace)
                && pod.serviceAccount().equals(serviceAccount));
  }

  /// Stops to accept connections of any pod; those that are open go on.
  public void drain() {
    byUid.values().forEach(CapturedPod::drain);
  }

  /// Lets go of every pod at once.
  @Override
  public void close() {
    closed = true;
    retries.interrupt();
    List.copyOf(byUid.values()).forEach(pod -> pod.release(Duration.ZERO));
    byUid.clear();
  }
}
