package dev.sluice.cli.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cli.format.Comment;
import dev.sluice.cli.format.Csv;
import dev.sluice.cli.format.GitHubAnnotations;
import dev.sluice.cli.format.JUnitXml;
import dev.sluice.cli.report.Output.Format;
import dev.sluice.cli.terminal.Colour;
import dev.sluice.cli.terminal.Escapes;
import dev.sluice.cli.terminal.Terminal;
import dev.sluice.cli.terminal.Terminal.Screen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options of every command that prints a report.
public final class ReportOptions {

  /// Loaded with the first report in JSON: a text report does not wait for it.
  private static final class Json {
    // ASCII alone, because terminals also obey control characters beyond it
    static final ObjectWriter WRITER =
        JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build()
            .writerWithDefaultPrettyPrinter();
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--output",
      paramLabel = "FORMAT[=FILE]",
      converter = Output.Converter.class,
      completionCandidates = Output.Words.class,
      description = {
        "Format of the report: text (default), json, and for CI where the command has them: sarif,"
            + " junit, github (annotations), markdown (a comment). With =FILE it is written to the"
            + " file.",
        "Repeat it for several reports from one run."
      })
  private List<Output> outputs = new ArrayList<>();

  @Option(
      names = "--color",
      paramLabel = "WHEN",
      defaultValue = "auto",
      description =
          "Colour the text: auto (default; on a terminal, unless NO_COLOR is set), always, never.")
  private Colour.Choice colour;

  @Option(
      names = {"-q", "--quiet"},
      description = "Show no progress on standard error.")
  private boolean quiet;

  /// The terminal as the user wants it treated: without a screen for progress when quiet.
  public Terminal heeded(Terminal terminal) {
    return quiet
        ? new Terminal(
            terminal.in(),
            terminal.out(),
            terminal.err(),
            terminal.screens().contains(Screen.OUT) ? Set.of(Screen.OUT) : Set.of(),
            terminal.variables(),
            terminal.clock())
        : terminal;
  }

  /// Refuses what could not be written, before any work is done; for reports in text and JSON.
  public void check() {
    check(Report.class);
  }

  /// Refuses what could not be written, before any work is done; for reports of `type`.
  public void check(Class<? extends Report> type) {
    List<Format> had = Format.of(type);
    outputs.stream()
        .filter(output -> !had.contains(output.format()))
        .findFirst()
        .ifPresent(output -> {
          throw wrong(
              "no format `" + output.format() + "` of this report; there are " + Format.list(had));
        });
    long onScreen = outputs.stream().filter(output -> output.file().isEmpty()).count();
    if (onScreen > 1) {
      throw wrong(
          "two reports cannot share standard output; give all but one a file: `--output"
              + " json=FILE`");
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /// Writes the report in every format asked for.
  public void write(Report report, Terminal terminal) {
    List<Output> wanted =
        outputs.isEmpty() ? List.of(new Output(Format.TEXT, java.util.Optional.empty())) : outputs;
    for (Output output : wanted) {
      if (output.file().isPresent()) {
        writeFile(output.file().get(), render(report, output.format(), Colour.OFF));
      } else {
        Colour chosen = terminal.colour(colour, Screen.OUT);
        terminal.out().print(render(report, output.format(), chosen));
        terminal.out().flush();
      }
    }
  }

  private void writeFile(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException failure) {
      throw new ParameterException(
          command.commandLine(),
          "cannot write the report to `" + file + "` (" + failure.getClass().getSimpleName() + ")",
          failure);
    }
  }

  private static String render(Report report, Format format, Colour colour) {
    return switch (format) {
      case TEXT -> {
        Page page = new Page(colour);
        report.writeTo(page);
        yield page.toString();
      }
      case JSON -> json(report.toJson());
      case SARIF -> json(Report.Analysed.class.cast(report).toSarif());
      case JUNIT -> {
        var tested = Report.Tested.class.cast(report);
        yield JUnitXml.of(tested.suite(), tested.cases());
      }
      case GITHUB -> GitHubAnnotations.of(Report.Annotated.class.cast(report).annotations());
      case MARKDOWN -> {
        var commented = Report.Commented.class.cast(report);
        var comment = new Comment(commented.mark());
        commented.writeTo(comment);
        yield comment.toString();
      }
      case CSV -> Csv.of(Report.Tabular.class.cast(report).rows());
      case DOT -> Report.Drawn.class.cast(report).graph().toDot();
    };
  }

  private static String json(JsonNode json) {
    try {
      return Escapes.json(Json.WRITER.writeValueAsString(json)) + "\n";
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a JSON tree cannot be printed", impossible);
    }
  }
}
