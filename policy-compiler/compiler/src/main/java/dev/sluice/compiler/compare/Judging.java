package dev.sluice.compiler.compare;

import dev.sluice.engine.policy.PolicySet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Who judges what goes one way, and by what.
sealed interface Judging {

  /// Nobody: the workload is outside the mesh.
  record Nobody() implements Judging {}

  /// A proxy that is configured by somebody else; `told` is what the policies would have it do.
  record Somebody(String who, Set<Object> told) implements Judging {
    public Somebody {
      told = Set.copyOf(told);
    }
  }

  /// The ztunnel of the workload's node, for one port or any.
  record Ztunnel(Slices.Slice slice, OptionalInt port) implements Judging {}

  /// A waypoint, which then dials the workload port.
  record Waypoint(Slices.Slice slice, int port, View view, Relay relay) implements Judging {}

  /// What is judged by, where anybody judges whom the bundle configures.
  default Optional<PolicySet> policies() {
    return switch (this) {
      case Nobody _, Somebody _ -> Optional.empty();
      case Ztunnel(var slice, var _) -> Optional.of(slice.set());
      case Waypoint(var slice, var _, var _, var _) -> Optional.of(slice.set());
    };
  }

  /// The workload port, where it is fixed.
  default OptionalInt fixedPort() {
    return switch (this) {
      case Nobody _, Somebody _ -> OptionalInt.empty();
      case Ztunnel(var _, var port) -> port;
      case Waypoint(var _, int port, var _, var _) -> OptionalInt.of(port);
    };
  }

  /// What a waypoint makes of what it gets.
  enum View {
    REQUESTS,
    BYTES
  }

  /// Whether ztunnel lets pass what the waypoint allowed.
  enum Relay {
    ADMITTED,
    REFUSED
  }
}
