package dev.sluice.runtime.telemetry;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.mesh.Workload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fields of one access-log line, in the order they are added; used by one thread at a time.
///
/// What upstream's lines do not have (who decided) comes after everything else.
public final class AccessEntry {

  /// One field; the value is a text or a number.
  public record Field(String name, Object value) {}

  private final List<Field> fields = new ArrayList<>(20);
  private final List<Field> last = new ArrayList<>(3);

  /// Adds a field; what is not known is left out.
  public AccessEntry with(String name, @Nullable Object value) {
    add(fields, name, value);
    return this;
  }

  private static void add(List<Field> fields, String name, @Nullable Object value) {
    if (value != null && !(value instanceof String text && text.isEmpty())) {
      fields.add(new Field(name, value));
    }
  }

  /// Adds `policy`, `rule` and `reason`: who decided, by what.
  public AccessEntry decidedBy(Verdict verdict) {
    PolicyId policy = verdict.cause().policy();
    add(last, "policy", policy == null ? null : policy.toString());
    if (verdict.cause() instanceof Verdict.Cause.ByRule(var _, int rule)) {
      add(last, "rule", rule);
    }
    add(last, "reason", verdict.cause().code());
    return this;
  }

  /// Adds `<end>.workload`, `.namespace`, `.identity` and `.cluster` of one end, `src` or `dst`.
  public AccessEntry party(String end, @Nullable Workload workload, @Nullable SpiffeId identity) {
    String namespace = identity == null ? null : identity.namespace();
    return with(end + ".workload", workload == null ? null : workload.name())
        .with(end + ".namespace", workload == null ? namespace : workload.namespace())
        .with(end + ".identity", identity == null ? null : identity.uri())
        .with(end + ".cluster", workload == null ? null : workload.origin().cluster());
  }

  List<Field> fields() {
    var all = new ArrayList<Field>(fields.size() + last.size());
    all.addAll(fields);
    all.addAll(last);
    return Collections.unmodifiableList(all);
  }
}
