package dev.sluice.compiler.space;

/// The work one question may take, counted in elementary steps, so that hostile policies cost a
/// bounded amount of time and memory.
public final class Effort {
  private static final long USUAL = 60_000_000;

  private final long limit;
  private long spent;

  private Effort(long limit) {
    this.limit = limit;
  }

  /// What a question about ordinary policies never reaches: a few seconds, below 1 GiB.
  public static Effort usual() {
    return new Effort(USUAL);
  }

  /// At most `steps` elementary steps, at least 1.
  public static Effort of(long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("effort " + steps + " is below 1");
    }
    return new Effort(steps);
  }

  /// Takes steps off what is left.
  void spend(long steps) {
    spent += steps;
    if (spent > limit) {
      throw new Exhausted("more than " + limit + " steps");
    }
  }

  /// Ends the question; {@link Space#explore} turns it into an answer.
  static final class Exhausted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Exhausted(String reason) {
      super(reason, null, false, false);
    }
  }
}
