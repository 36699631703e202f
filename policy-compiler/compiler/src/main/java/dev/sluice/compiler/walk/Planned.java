package dev.sluice.compiler.walk;

import java.util.List;

/// Where a case may go, or why it goes nowhere.
sealed interface Planned {

  /// The ways it may go; never empty.
  record Trips(List<Trip> trips) implements Planned {
    public Trips {
      trips = List.copyOf(trips);
    }
  }

  /// It names something that does not exist.
  record Nowhere(String message, String help) implements Planned {}
}
