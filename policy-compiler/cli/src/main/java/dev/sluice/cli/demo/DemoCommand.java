package dev.sluice.cli.demo;

import dev.sluice.cli.demo.Console.Reader;
import dev.sluice.cli.demo.Console.Screen;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sluice demo`: runs `examples/shop` in a real mesh and compares what happens with what should.
@Command(
    name = "demo",
    description = "Run the shop of examples/shop in a real mesh of three proxies and check it.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:every observation is as expected",
      "1:an observation is not, or the demo could not go on",
      "2:the installation is not complete"
    })
public final class DemoCommand implements Callable<Integer> {

  private static final int AS_EXPECTED = 0;
  private static final int NOT_AS_EXPECTED = 1;
  private static final int USAGE = 2;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--keep",
      description = "Keep the mesh running until Ctrl-C and print what to try.")
  private boolean keep;

  @Option(names = "--json", description = "Print the observations as JSON on standard output.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    CommandSpec own = spec;
    if (own == null) {
      throw new IllegalStateException("picocli has not set the command up");
    }
    PrintWriter out = own.commandLine().getOut();
    PrintWriter err = own.commandLine().getErr();
    String home = System.getProperty("sluice.home");
    if (home == null) {
      return incomplete(err, List.of("the property `sluice.home` is not set"));
    }
    var programs = new ProxyPrograms(Path.of(home).toAbsolutePath().normalize());
    List<Path> missing = programs.missing();
    if (!missing.isEmpty()) {
      return incomplete(err, missing.stream().map(path -> "`" + path + "` is missing").toList());
    }
    Reader reader = json ? Reader.PROGRAM : Reader.PEOPLE;
    return run(programs, new Console(out, err, Screen.of(System.getenv()), reader));
  }

  private static int incomplete(PrintWriter err, List<String> problems) {
    problems.forEach(problem -> err.println("error: " + problem));
    err.println("help: run the demo as `./sluice demo` in a checkout");
    err.flush();
    return USAGE;
  }

  private int run(ProxyPrograms programs, Console console) throws InterruptedException {
    try {
      DemoReport report = new Demo(programs, console).run(stage -> finish(stage, console));
      return report.isAsExpected() ? AS_EXPECTED : NOT_AS_EXPECTED;
    } catch (DemoFailure failure) {
      console.remark("error: " + failure.getMessage());
      failure.details().forEach(line -> console.remark("  " + line));
      return NOT_AS_EXPECTED;
    } catch (IOException | UncheckedIOException broken) {
      console.remark("error: " + broken.getMessage());
      return NOT_AS_EXPECTED;
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
