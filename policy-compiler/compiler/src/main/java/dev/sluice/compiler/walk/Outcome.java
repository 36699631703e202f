package dev.sluice.compiler.walk;

import dev.sluice.compiler.syntax.Decision;
import java.util.List;

/// The answer to a case.
public sealed interface Outcome {

  /// Every way it may go ends with the same decision; the first journey stands for all.
  record Answered(Decision decision, List<Journey> journeys) implements Outcome {
    public Answered {
      journeys = List.copyOf(journeys);
    }

    public Journey journey() {
      return journeys.getFirst();
    }
  }

  /// Chance decides: journeys with different decisions.
  record Divided(List<Journey> journeys) implements Outcome {
    public Divided {
      journeys = List.copyOf(journeys);
    }
  }

  /// There is no answer, because the case names something unknown or leaves out what matters.
  record Unanswerable(Why why, String message, String help) implements Outcome {}

  /// What kind of thing is missing.
  enum Why {
    /// A name that is not in the tree.
    UNKNOWN_NAME,
    /// An address that the policies on the way look at.
    OPEN_ADDRESS
  }
}
