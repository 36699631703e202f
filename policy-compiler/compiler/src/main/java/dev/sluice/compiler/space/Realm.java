package dev.sluice.compiler.space;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import java.util.List;
import java.util.Optional;

/// Which requests can occur, and which values people would recognise in an example.
///
/// With a normalisation, only requests that a waypoint lets policies judge: canonical paths, tokens
/// as methods, visible hosts, headers without blanks at their ends. Without, any text anywhere.
public record Realm(
    Optional<PathNormalization> normalization,
    List<SpiffeId> identities,
    List<String> hosts,
    List<Integer> ports) {

  public Realm {
    identities = List.copyOf(identities);
    hosts = List.copyOf(hosts);
    ports = List.copyOf(ports);
  }

  /// Any text anywhere.
  public static Realm unrestricted() {
    return new Realm(Optional.empty(), List.of(), List.of(), List.of());
  }

  /// What reaches the policies of a mesh that makes paths canonical in this way.
  public static Realm of(PathNormalization normalization) {
    return new Realm(Optional.of(normalization), List.of(), List.of(), List.of());
  }

  /// The same requests with examples from these identities, as far as they fit.
  public Realm withIdentities(List<SpiffeId> known) {
    return new Realm(normalization, known, hosts, ports);
  }

  /// The same requests with examples from these hosts, as far as they fit.
  public Realm withHosts(List<String> known) {
    return new Realm(normalization, identities, known, ports);
  }

  /// The same requests with examples from these workload ports, as far as they fit.
  public Realm withPorts(List<Integer> known) {
    return new Realm(normalization, identities, hosts, known);
  }

  Automaton paths() {
    return normalization.<Automaton>map(CanonicalPaths::new).orElseGet(Automaton::everything);
  }

  Automaton methods() {
    return normalization.isPresent() ? AllowedCharacters.token() : Automaton.everything();
  }

  Automaton hostNames() {
    return normalization.isPresent() ? AllowedCharacters.foldedHost() : Automaton.everything();
  }

  Automaton headerValues() {
    return normalization.isPresent() ? new HeaderValues() : Automaton.everything();
  }
}
