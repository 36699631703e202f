package dev.sluice.runtime.mesh;

/// A workload that can take a connection, and the port it takes it on.
public record Endpoint(Workload workload, int port) {}
