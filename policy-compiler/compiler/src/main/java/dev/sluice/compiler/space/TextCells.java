package dev.sluice.compiler.space;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds for every kind of text that some automata tell apart one example, the shortest.
///
/// Walks the product of the automata breadth first. A product state is the states of those that are
/// still undecided and the set of those that have decided for the text; what is left out has
/// decided against it.
final class TextCells {
  private static final String USUAL = "xabcdefghijklmnopqrstuvwyz0123456789-_.";

  private final Automaton domain;
  private final List<Automaton> automata;
  private final Effort effort;
  private final char[] alphabet;

  private TextCells(Automaton domain, Collection<Automaton> automata, Effort effort) {
    this.domain = domain;
    this.automata = List.copyOf(automata);
    this.effort = effort;
    this.alphabet = alphabet(domain, automata);
  }

  /// At least one text of `domain` for every combination of answers that its texts can get.
  static List<String> examples(Automaton domain, Collection<Automaton> automata, Effort effort) {
    return new TextCells(domain, automata, effort).walk();
  }

  /// Characters that no automaton names lead to the same states, so one of them stands for all. Two
  /// are taken because parts of a domain may allow either but not both.
  private static char[] alphabet(Automaton domain, Collection<Automaton> automata) {
    var named = new TreeSet<Character>();
    automata.forEach(automaton -> automaton.alphabet(named));
    domain.alphabet(named);
    var all = new StringBuilder();
    USUAL
        .chars()
        .filter(c -> !named.contains((char) c))
        .limit(1)
        .forEach(c -> all.append((char) c));
    for (char c = 0x7e; c >= ' '; c--) {
      if (!named.contains(c) && USUAL.indexOf(c) < 0) {
        all.append(c);
        break;
      }
    }
    if (all.isEmpty()) {
      char beyond = 0xe9;
      while (named.contains(beyond)) {
        beyond++;
      }
      all.append(beyond);
    }
    named.forEach(all::append);
    return all.toString().toCharArray();
  }

  private List<String> walk() {
    State first = state(domain.start(), indices(), starts(), new BitSet());
    var seen = new HashSet<State>();
    var found = new HashSet<BitSet>();
    var examples = new ArrayList<String>();
    var queue = new ArrayDeque<Visit>();
    queue.add(new Visit(first, null, ' '));
    seen.add(first);
    while (!queue.isEmpty()) {
      Visit visit = queue.remove();
      State state = visit.state;
      if ((state.domain == Automaton.ALWAYS || domain.accepts(state.domain))
          && found.add(state.answers(automata))) {
        examples.add(visit.text());
      }
      for (char c : alphabet) {
        effort.spend(1L + state.live.length / 2);
        State next = step(state, c);
        if (next.domain != Automaton.NEVER && seen.add(next)) {
          effort.spend(16);
          queue.add(new Visit(next, visit, c));
        }
      }
    }
    return examples;
  }

  private int[] indices() {
    int[] indices = new int[automata.size()];
    Arrays.setAll(indices, i -> i);
    return indices;
  }

  private int[] starts() {
    return automata.stream().mapToInt(Automaton::start).toArray();
  }

  private State step(State from, char c) {
    int inDomain = from.domain == Automaton.ALWAYS ? Automaton.ALWAYS : domain.step(from.domain, c);
    if (inDomain == Automaton.NEVER) {
      return State.OUTSIDE;
    }
    int count = from.live.length / 2;
    int[] indices = new int[count];
    int[] states = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = from.live[2 * i];
      states[i] = automata.get(indices[i]).step(from.live[2 * i + 1], c);
    }
    return state(inDomain, indices, states, from.yes);
  }

  /// Takes out what is decided.
  private static State state(int domain, int[] indices, int[] states, BitSet before) {
    int[] live = new int[2 * indices.length];
    int size = 0;
    var newly = new BitSet();
    for (int i = 0; i < indices.length; i++) {
      if (states[i] == Automaton.ALWAYS) {
        newly.set(indices[i]);
      } else if (states[i] != Automaton.NEVER) {
        live[size++] = indices[i];
        live[size++] = states[i];
      }
    }
    if (!newly.isEmpty()) {
      newly.or(before);
    }
    return new State(domain, Arrays.copyOf(live, size), newly.isEmpty() ? before : newly);
  }

  /// A state of the product; `live` holds pairs of an automaton's index and its state.
  @SuppressWarnings("ArrayRecordComponent")
  private record State(int domain, int[] live, BitSet yes) {
    static final State OUTSIDE = new State(Automaton.NEVER, new int[0], new BitSet());

    /// The automata that recognise a text ending here.
    BitSet answers(List<Automaton> automata) {
      var answers = (BitSet) yes.clone();
      for (int i = 0; i < live.length; i += 2) {
        if (automata.get(live[i]).accepts(live[i + 1])) {
          answers.set(live[i]);
        }
      }
      return answers;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof State(int theirDomain, int[] theirLive, BitSet theirYes)
          && domain == theirDomain
          && Arrays.equals(live, theirLive)
          && yes.equals(theirYes);
    }

    @Override
    public int hashCode() {
      return (31 * domain + Arrays.hashCode(live)) * 31 + yes.hashCode();
    }
  }

  /// A state and how it was reached first.
  private record Visit(State state, @Nullable Visit from, char by) {
    String text() {
      var reversed = new StringBuilder();
      Visit visit = this;
      while (visit.from != null) {
        reversed.append(visit.by);
        visit = visit.from;
      }
      return reversed.reverse().toString();
    }
  }

  /// The distinct texts, those of `first` before the others.
  static List<String> inOrder(Collection<String> first, Collection<String> others) {
    Set<String> all = new LinkedHashSet<>(first);
    all.addAll(others);
    return List.copyOf(all);
  }
}
