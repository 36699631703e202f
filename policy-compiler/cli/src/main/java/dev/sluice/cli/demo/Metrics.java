package dev.sluice.cli.demo;

import java.util.Arrays;

/// Reads numbers out of the Prometheus text format.
final class Metrics {

  private Metrics() {}

  /// The sum of all series of a metric whose labels include all of `labels`, each as
  /// `name="value"`.
  static double sum(String text, String name, String... labels) {
    return text.lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> Arrays.stream(labels).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
