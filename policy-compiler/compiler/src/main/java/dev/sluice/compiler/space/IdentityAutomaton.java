package dev.sluice.compiler.space;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.StringMatch;
import java.util.Set;

/// Recognises principals, `cluster.local/ns/shop/sa/web`, some of whose five segments are
/// recognised by automata of their own.
///
/// The state holds the segment's number and the state within it.
final class IdentityAutomaton implements Automaton {
  private static final int BITS = 24;
  private static final int SEGMENTS = 5;

  private final Automaton[] parts;
  private final int last;

  /// `parts[i]` judges segment `i`; what comes after segment `last` does not matter.
  private IdentityAutomaton(Automaton[] parts, int last) {
    this.parts = parts;
    this.last = last;
  }

  /// Every identity there can be.
  static Automaton all() {
    Automaton name = new AllowedCharacters(c -> c > ' ' && c < 0x7f && c != '/');
    Automaton domain =
        new AllowedCharacters(c ->
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_');
    return new IdentityAutomaton(
        new Automaton[] {domain, new Exact("ns"), name, new Exact("sa"), name}, SEGMENTS);
  }

  /// The identities a leaf about the peer is true of.
  static Automaton of(Condition.L4 leaf) {
    return switch (leaf) {
      case Condition.Principal(var match) -> Automaton.of(match);
      case Condition.PeerTrustDomain(var match) -> segment(0, match);
      case Condition.PeerNamespace(var match) -> segment(2, match);
      case Condition.PeerServiceAccount(var namespace, var name) -> {
        Automaton[] parts = anything();
        parts[2] = new Exact(namespace);
        parts[4] = new Exact(name);
        yield new IdentityAutomaton(parts, SEGMENTS);
      }
      case Condition.SourceAddress _,
          Condition.WorkloadAddress _,
          Condition.WorkloadPort _,
          Condition.ServiceAddress _,
          Condition.ServicePort _ ->
          throw new IllegalArgumentException(leaf + " is not about the peer");
    };
  }

  private static Automaton segment(int index, StringMatch match) {
    Automaton[] parts = anything();
    parts[index] = Automaton.of(match);
    return new IdentityAutomaton(parts, index);
  }

  private static Automaton[] anything() {
    Automaton any = new AllowedCharacters(_ -> true);
    return new Automaton[] {any, any, any, any, any};
  }

  @Override
  public int start() {
    return state(0, parts[0].start());
  }

  @Override
  public int step(int state, char c) {
    int segment = state >> BITS;
    int within = within(state);
    if (c != '/') {
      int next = within < 0 ? within : parts[segment].step(within, c);
      return next == NEVER ? NEVER : state(segment, next);
    }
    boolean isRight = within == ALWAYS || parts[segment].accepts(within);
    if (!isRight || segment + 1 == SEGMENTS) {
      return NEVER;
    }
    return segment == last ? ALWAYS : state(segment + 1, parts[segment + 1].start());
  }

  @Override
  public boolean accepts(int state) {
    int within = within(state);
    return state >> BITS == SEGMENTS - 1
        && (within == ALWAYS || parts[SEGMENTS - 1].accepts(within));
  }

  private static int state(int segment, int within) {
    return (segment << BITS) | (within + 2);
  }

  private static int within(int state) {
    return (state & ((1 << BITS) - 1)) - 2;
  }

  @Override
  public void alphabet(Set<Character> characters) {
    characters.add('/');
    for (Automaton part : parts) {
      part.alphabet(characters);
    }
  }
}
