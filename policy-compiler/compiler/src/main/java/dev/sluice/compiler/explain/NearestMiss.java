package dev.sluice.compiler.explain;

import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.walk.Journey;
import java.util.List;
import java.util.Optional;

/// What would have to change for a refused case to be allowed; each verified by deciding again.
public record NearestMiss(Optional<OfRequest> request, Optional<OfPolicy> policy) {

  /// The fewest attributes of the request, the least of them first, and the case with them.
  public record OfRequest(List<Change> changes, Case changed, Journey journey) {
    public OfRequest {
      changes = List.copyOf(changes);
    }
  }

  /// One attribute, named as in a PolicyTest; empty `before` means absent.
  public record Change(String attribute, String before, String after) {}

  /// One edit of a policy, as an instruction, and where to make it.
  public record OfPolicy(String edit, Optional<Span> span) {}

  public boolean isEmpty() {
    return request.isEmpty() && policy.isEmpty();
  }
}
