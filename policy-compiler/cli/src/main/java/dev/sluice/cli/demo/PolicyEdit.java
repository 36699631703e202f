package dev.sluice.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A change to one line of a policy file; `with` empty takes the line out.
record PolicyEdit(String file, String line, String with) {

  /// Makes the change in a copy of the tree; the line must be there once.
  void apply(Path tree) throws IOException {
    Path policy = tree.resolve(file);
    var changed = new ArrayList<String>();
    int found = 0;
    for (String each : Files.readAllLines(policy)) {
      if (!each.strip().equals(line)) {
        changed.add(each);
        continue;
      }
      found++;
      if (!with.isEmpty()) {
        changed.add(each.replace(line, with));
      }
    }
    if (found != 1) {
      throw new DemoFailure(
          "`" + file + "` has the line `" + line + "` " + found + " times, not once", List.of());
    }
    Files.write(policy, changed);
  }

  /// The change as a diff shows it.
  List<String> diff() {
    var lines = new ArrayList<String>();
    lines.add("  " + file);
    lines.add("  - " + line);
    if (!with.isEmpty()) {
      lines.add("  + " + with);
    }
    return lines;
  }
}
