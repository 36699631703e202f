package dev.sluice.waypoint.jwt;

import dev.sluice.engine.policy.HttpRequest.Credential;

/// What the tokens of a request amount to, and how the request is changed before it is forwarded.
public record TokenOutcome(Credential credential, TokenEdits edits) {}
