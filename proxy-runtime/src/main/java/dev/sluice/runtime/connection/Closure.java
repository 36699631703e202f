package dev.sluice.runtime.connection;

import dev.sluice.engine.policy.Verdict;
import org.jspecify.annotations.Nullable;

/// Why a proxy cuts a connection; `verdict` is the decision that forbids it, if one does.
public record Closure(CloseReason reason, @Nullable Verdict verdict) {}
