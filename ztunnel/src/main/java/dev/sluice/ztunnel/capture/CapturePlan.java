package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.yaml.FieldReader;
import dev.sluice.runtime.yaml.YamlFile;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The explicit listeners of a proxy or the pods it captures, read from the capture file.
///
/// A file has either: with pods, the proxy listens inside of them and nowhere else.
public record CapturePlan(
    List<Outbound> outbound, List<Inbound> inbound, Optional<List<InPod>> pods) {

  public CapturePlan {
    outbound = List.copyOf(outbound);
    inbound = List.copyOf(inbound);
    pods = pods.map(List::copyOf);
  }

  /// A pod (`namespace/name`) whose network namespace is open at `netns`.
  public record InPod(String workload, String serviceAccount, Path netns) {}

  /// What `workload` (`namespace/name`) connects to at `listen` is meant for `destination`.
  public record Outbound(
      String workload, InetSocketAddress listen, InetSocketAddress destination) {}

  /// Plaintext to `port` of `workload` arrives at `listen`; what is let through, plaintext or
  /// HBONE, goes to `app`.
  public record Inbound(
      String workload, InetSocketAddress listen, int port, InetSocketAddress app) {}

  /// No listeners: what comes in by HBONE goes to the workload's own address.
  public static CapturePlan none() {
    return new CapturePlan(List.of(), List.of(), Optional.empty());
  }

  /// Reads a capture file.
  public static YamlFile.Parsed<CapturePlan> load(Path file) {
    return YamlFile.load(file, CapturePlan::read);
  }

  private static CapturePlan read(FieldReader root) {
    var outbound = root.objects("outbound", CapturePlan::outbound);
    var inbound = root.objects("inbound", CapturePlan::inbound);
    var pods = root.objects("pods", CapturePlan::pod);
    boolean areInPods = root.node("pods") != null;
    if (areInPods && !(outbound.isEmpty() && inbound.isEmpty())) {
      root.invalid("pods", "a file with pods has no listeners of its own");
    }
    return new CapturePlan(outbound, inbound, areInPods ? Optional.of(pods) : Optional.empty());
  }

  private static InPod pod(FieldReader in) {
    return new InPod(
        workload(in), in.text("serviceAccount", "default"), Path.of(in.requiredText("netns")));
  }

  private static Outbound outbound(FieldReader in) {
    return new Outbound(workload(in), address(in, "listen"), address(in, "destination"));
  }

  private static Inbound inbound(FieldReader in) {
    if (in.node("port") == null) {
      in.missing("port");
    }
    return new Inbound(
        workload(in), address(in, "listen"), in.number("port", 1, 1, 65_535), address(in, "app"));
  }

  private static String workload(FieldReader in) {
    String name = in.requiredText("workload");
    int slash = name.indexOf('/');
    if (slash <= 0 || slash == name.length() - 1) {
      in.invalid("workload", "expected `namespace/name`");
    }
    return name;
  }

  private static InetSocketAddress address(FieldReader in, String field) {
    String text = in.requiredText(field);
    var address = Environment.parseAddress(text);
    if (address.isEmpty() && !text.isEmpty()) {
      in.invalid(field, "`" + text + "` is not `address:port`");
    }
    return address.orElseGet(() -> new InetSocketAddress(0));
  }
}
