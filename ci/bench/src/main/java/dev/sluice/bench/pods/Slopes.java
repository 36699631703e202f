package dev.sluice.bench.pods;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Series of samples at even intervals, judged by whether their floor rises.
///
/// The first third is the time to warm up. Of the rest, the floor of the last half is compared with
/// the floor of the first: garbage that waits for its collector comes and goes, a leak stays.
final class Slopes {

  private static final double SHARE = 0.15;
  private static final double SLACK = 4_096;
  private static final double SLACK_FEW = 16;

  private final Map<String, List<Double>> series = new LinkedHashMap<>();

  void add(String name, double value) {
    series.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
  }

  private record Floors(double early, double late, double most) {}

  private static Floors floors(List<Double> values) {
    List<Double> warm = values.subList(values.size() / 3, values.size());
    int half = Math.max(1, warm.size() / 2);
    return new Floors(
        min(warm.subList(0, half)),
        min(warm.subList(Math.min(half, warm.size() - 1), warm.size())),
        values.stream().mapToDouble(value -> value).max().orElse(0));
  }

  private static double min(List<Double> values) {
    return values.stream().mapToDouble(value -> value).min().orElse(0);
  }

  private static boolean rises(String name, Floors floors) {
    double slack = name.endsWith("KiB") ? SLACK : SLACK_FEW;
    return floors.late() > floors.early() * (1 + SHARE) + slack;
  }

  /// The series that keep growing.
  List<String> grows() {
    return series.entrySet().stream()
        .filter(each -> rises(each.getKey(), floors(each.getValue())))
        .map(Map.Entry::getKey)
        .toList();
  }

  /// The newest sample of each.
  String last() {
    return series.entrySet().stream()
        .map(
            each -> String.format(Locale.ROOT, "%s %.0f", each.getKey(), each.getValue().getLast()))
        .collect(Collectors.joining(", "));
  }

  String table() {
    var text = new StringBuilder("| series | floor before | floor after | most | verdict |\n");
    text.append("|---|---:|---:|---:|---|\n");
    series.forEach((name, values) -> {
      Floors floors = floors(values);
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %.0f | %.0f | %.0f | %s |%n",
              name,
              floors.early(),
              floors.late(),
              floors.most(),
              rises(name, floors) ? "GROWS" : "flat"));
    });
    return text.toString();
  }
}
