package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.yaml.FieldReader;
import dev.sluice.runtime.yaml.YamlFile;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/// The explicit listeners of a proxy, read from the capture file.
public record CapturePlan(List<Outbound> outbound, List<Inbound> inbound) {

  public CapturePlan {
    outbound = List.copyOf(outbound);
    inbound = List.copyOf(inbound);
  }

  /// What `workload` (`namespace/name`) connects to at `listen` is meant for `destination`.
  public record Outbound(
      String workload, InetSocketAddress listen, InetSocketAddress destination) {}

  /// Plaintext to `port` of `workload` arrives at `listen`; what is let through, plaintext or
  /// HBONE, goes to `app`.
  public record Inbound(
      String workload, InetSocketAddress listen, int port, InetSocketAddress app) {}

  /// No listeners: what comes in by HBONE goes to the workload's own address.
  public static CapturePlan none() {
    return new CapturePlan(List.of(), List.of());
  }

  /// Reads a capture file.
  public static YamlFile.Parsed<CapturePlan> load(Path file) {
    return YamlFile.load(file, CapturePlan::read);
  }

  private static CapturePlan read(FieldReader root) {
    return new CapturePlan(
        root.objects("outbound", CapturePlan::outbound),
        root.objects("inbound", CapturePlan::inbound));
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
