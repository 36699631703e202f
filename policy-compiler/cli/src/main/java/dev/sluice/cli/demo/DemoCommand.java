package dev.sluice.cli.demo;

import dev.sluice.cli.demo.Console.Reader;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Runs `examples/shop` in a real mesh and compares what happens with what should.
@Command(
    name = "demo",
    header = "Run a shop in a real mesh of three proxies and check what happens.",
    description = {
      "Checks examples/shop and says where each policy is enforced; signs a bundle; starts two"
          + " ztunnels, a waypoint and sample services; sends requests through mTLS HBONE; edits"
          + " policies while requests keep flowing; tampers with bundles.",
      "",
      "Everything shown was observed: what clients got, and what the proxies logged about it. It"
          + " exits with 0 only if every observation is as expected, and cleans up after itself."
    },
    footer = {
      "  sluice demo",
      "  sluice demo --keep                  leave it running, with things to try",
      "  sluice demo --json                  the observations for programs"
    })
public final class DemoCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final String version;

  @Option(
      names = "--keep",
      description = "Keep the mesh running until Ctrl-C and print what to try.")
  private boolean keep;

  @Option(names = "--json", description = "Print the observations as JSON on standard output.")
  private boolean json;

  public DemoCommand(Terminal terminal, String version) {
    this.terminal = terminal;
    this.version = version;
  }

  @Override
  public Integer call() throws InterruptedException {
    Optional<ProxyPrograms> programs =
        Optional.ofNullable(System.getProperty("sluice.home"))
            .map(home -> new ProxyPrograms(Path.of(home).toAbsolutePath().normalize()));
    List<Path> missing = programs.map(ProxyPrograms::missing).orElse(List.of());
    if (programs.isEmpty() || !missing.isEmpty()) {
      String what =
          missing.isEmpty()
              ? "the demo does not know its installation"
              : "`" + missing.getFirst() + "` is missing";
      terminal.complain(what, "run the demo as `./sluice demo` in a checkout");
      return ExitCode.USAGE.code();
    }
    var console = new Console(terminal, json ? Reader.PROGRAM : Reader.PEOPLE);
    return run(new Demo(programs.get(), console, version), console).code();
  }

  private ExitCode run(Demo demo, Console console) throws InterruptedException {
    try {
      DemoReport report = demo.run(stage -> finish(stage, console));
      return report.isAsExpected() ? ExitCode.CLEAN : ExitCode.FINDINGS;
    } catch (DemoFailure failure) {
      console.complain(failure);
      return ExitCode.FINDINGS;
    } catch (IOException | UncheckedIOException broken) {
      console.complain(new DemoFailure(String.valueOf(broken.getMessage()), List.of()));
      return ExitCode.FINDINGS;
    }
  }

  private void finish(Stage stage, Console console) throws InterruptedException {
    if (json) {
      console.document(Json.pretty(stage.report().json()));
    }
    if (keep) {
      Guide.stay(stage);
    }
  }
}
