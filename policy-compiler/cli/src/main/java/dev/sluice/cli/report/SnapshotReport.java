package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.cluster.Capture;
import dev.sluice.cli.cluster.Capture.Extent;
import dev.sluice.cli.cluster.SnapshotFiles;
import dev.sluice.cli.terminal.Colour.Ink;
import java.nio.file.Path;
import java.util.List;

/// What `sluice snapshot --out` prints: how much of which kind was captured, and where it is.
public record SnapshotReport(Capture capture, List<Path> files) implements Report {

  public SnapshotReport {
    files = List.copyOf(files);
  }

  @Override
  public void writeTo(Page page) {
    page.add(Ink.HEADING, "snapshot").line(" of context " + capture.context());
    page.field("captured", capture.at().toString());
    page.field(
        "of",
        capture.namespaces().isEmpty()
            ? "all namespaces"
            : Page.abbreviated(List.copyOf(capture.namespaces())));
    String name = "kinds";
    for (var entry : capture.extents().entrySet()) {
      switch (entry.getValue()) {
        case Extent.Complete(var count) ->
            page.field(name, Page.pad(entry.getKey().kind(), 16) + " " + count);
        case Extent.Unknown(var reason) ->
            page.add("  ")
                .add(Ink.HEADING, Page.pad(name, 10))
                .add(Page.pad(entry.getKey().kind(), 16) + " ")
                .add(Ink.CAREFUL, "unknown")
                .line(" (" + reason + ")");
      }
      name = "";
    }
    page.field("written", Page.count(capture.objects().size(), "object"));
    for (Path file : files) {
      page.field("", file.toString());
    }
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = (ObjectNode) SnapshotFiles.head(capture).get("spec");
    json.put("objects", capture.objects().size());
    ArrayNode written = json.putArray("files");
    files.forEach(file -> written.add(file.toString()));
    return json;
  }
}
