package dev.sluice.bench.pods;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The figures of a comparison: several samples per row and peer, shown as medians.
final class Figures {

  /// Which of two values is the better one.
  enum Better {
    MORE,
    LESS
  }

  /// A line of the table.
  private record Row(String workload, String unit, Better better) {}

  private final List<String> peers;
  private final Map<Row, Map<String, List<Double>>> samples = new LinkedHashMap<>();
  private final Map<String, String> notes = new LinkedHashMap<>();

  Figures(List<String> peers) {
    this.peers = List.copyOf(peers);
  }

  void add(String peer, String workload, String unit, Better better, double value) {
    samples
        .computeIfAbsent(new Row(workload, unit, better), _ -> new LinkedHashMap<>())
        .computeIfAbsent(peer, _ -> new ArrayList<>())
        .add(value);
  }

  /// Says why a peer has no figures.
  void missing(String peer, String why) {
    notes.put(peer, why);
  }

  private static double median(List<Double> values) {
    var sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
    return sorted.get(sorted.size() / 2);
  }

  /// The median of what was sampled; NaN when nothing was.
  double median(String peer, String workload, String unit) {
    return samples.entrySet().stream()
        .filter(row -> row.getKey().workload().equals(workload) && row.getKey().unit().equals(unit))
        .map(row -> row.getValue().get(peer))
        .filter(values -> values != null)
        .mapToDouble(Figures::median)
        .findFirst()
        .orElse(Double.NaN);
  }

  /// A Markdown table with one column per peer and the ratio of `own` to `other`, better than 1
  /// when `own` is the better one.
  String table(String own, String other) {
    var text = new StringBuilder("| workload | unit | ");
    text.append(String.join(" | ", peers)).append(" | ").append(own).append(" : ").append(other);
    text.append(" |\n|---|---|").append("---:|".repeat(peers.size() + 1)).append('\n');
    samples.forEach((row, byPeer) -> {
      text.append("| ").append(row.workload()).append(" | ").append(row.unit());
      for (String peer : peers) {
        List<Double> values = byPeer.get(peer);
        text.append(" | ").append(values == null ? "–" : number(median(values)));
      }
      text.append(" | ").append(ratio(row, byPeer.get(own), byPeer.get(other))).append(" |\n");
    });
    notes.forEach((peer, why) -> text.append('\n').append(peer).append(": ").append(why));
    return text.toString();
  }

  private static String ratio(Row row, @Nullable List<Double> own, @Nullable List<Double> other) {
    if (own == null || other == null || median(other) == 0 || median(own) == 0) {
      return "–";
    }
    double ratio = median(own) / median(other);
    return String.format(Locale.ROOT, "%.2f×", row.better() == Better.MORE ? ratio : 1 / ratio);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%.0f" : "%.1f", value);
  }
}
