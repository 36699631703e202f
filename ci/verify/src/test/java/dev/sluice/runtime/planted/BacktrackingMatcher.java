package dev.sluice.runtime.planted;

import java.util.regex.Pattern;

/// A violation on purpose: a proxy that can be stopped by an expression.
record BacktrackingMatcher(Pattern pattern) {}
