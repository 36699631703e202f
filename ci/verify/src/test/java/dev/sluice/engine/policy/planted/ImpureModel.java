package dev.sluice.engine.policy.planted;

import com.fasterxml.jackson.databind.JsonNode;

/// A violation on purpose: the model knows a library.
record ImpureModel(JsonNode json) {}
