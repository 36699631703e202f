package dev.sluice.compiler.space;

import dev.sluice.engine.policy.PathTemplate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Recognises the paths a template matches: the sets of places a reader of the template may have
/// reached, numbered as they are met.
final class TemplateAutomaton implements Automaton {
  private final PathTemplate template;

  /// The first place of each segment: before its slash. The places inside a segment follow.
  private final int[] before;

  private final List<BitSet> states = new ArrayList<>();
  private final Map<BitSet, Integer> numbers = new HashMap<>();

  TemplateAutomaton(PathTemplate template) {
    this.template = template;
    int count = template.segments().size();
    this.before = new int[count + 1];
    for (int i = 0; i < count; i++) {
      before[i + 1] = before[i] + 1 + insides(template.segments().get(i));
    }
    var places = new BitSet();
    reach(places, 0);
    number(places);
  }

  /// How many places there are after the slash of a segment.
  private static int insides(PathTemplate.Segment segment) {
    return switch (segment) {
      case PathTemplate.Segment.Literal(var text) -> text.length() + 1;
      case PathTemplate.Segment.One() -> 2;
      case PathTemplate.Segment.Many() -> 1;
    };
  }

  @Override
  public int start() {
    return 0;
  }

  @Override
  public int step(int state, char c) {
    BitSet from = states.get(state);
    var to = new BitSet();
    for (int i = 0; i < template.segments().size(); i++) {
      for (int inside = -1; inside < insides(template.segments().get(i)); inside++) {
        if (from.get(before[i] + 1 + inside)) {
          move(to, i, inside, c);
        }
      }
    }
    return to.isEmpty() ? NEVER : number(to);
  }

  /// What `c` leads to from one place of segment `i`; -1 is before its slash.
  private void move(BitSet to, int i, int inside, char c) {
    int slash = before[i] + 1;
    if (inside < 0) {
      if (c == '/') {
        enter(to, i, slash);
      }
      return;
    }
    switch (template.segments().get(i)) {
      case PathTemplate.Segment.Literal(var text) -> {
        if (inside < text.length() && text.charAt(inside) == c) {
          enter(to, i, slash + inside + 1);
        }
      }
      case PathTemplate.Segment.One() -> {
        if (c != '/') {
          enter(to, i, slash + 1);
        }
      }
      case PathTemplate.Segment.Many() -> {
        if (c != '/') {
          enter(to, i, slash);
        }
      }
    }
  }

  /// Adds a place inside segment `i`, and where one is without reading on.
  private void enter(BitSet to, int i, int place) {
    to.set(place);
    boolean isComplete =
        switch (template.segments().get(i)) {
          case PathTemplate.Segment.Literal _, PathTemplate.Segment.One() ->
              place == before[i + 1] - 1;
          case PathTemplate.Segment.Many() -> true;
        };
    if (isComplete) {
      reach(to, template.segments().get(i) instanceof PathTemplate.Segment.Many ? i : i + 1);
    }
  }

  /// Adds the place before segment `i`; any number of segments may also be none.
  private void reach(BitSet to, int i) {
    to.set(before[i]);
    if (i < template.segments().size()
        && template.segments().get(i) instanceof PathTemplate.Segment.Many) {
      reach(to, i + 1);
    }
  }

  private int number(BitSet places) {
    return numbers.computeIfAbsent(
        places,
        fresh -> {
          states.add(fresh);
          return states.size() - 1;
        });
  }

  @Override
  public boolean accepts(int state) {
    return state != 0 && states.get(state).get(before[template.segments().size()]);
  }

  @Override
  public void alphabet(Set<Character> characters) {
    characters.add('/');
    for (PathTemplate.Segment segment : template.segments()) {
      if (segment instanceof PathTemplate.Segment.Literal(var text)) {
        text.chars().forEach(c -> characters.add((char) c));
      }
    }
  }
}
