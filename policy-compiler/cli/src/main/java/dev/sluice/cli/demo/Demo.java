package dev.sluice.cli.demo;

import dev.sluice.cli.input.GitFacts;
import dev.sluice.compiler.Compilation;
import dev.sluice.engine.bundle.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// One run: check, build, start, play the scenes, sum up, clean up.
final class Demo {

  static final String FIRST_BUNDLE = "1";

  private static final List<Scene> SCENES =
      List.of(new RequestsScene(), new SplitScene(), new ReloadScene(), new TamperScene());

  private final ProxyPrograms programs;
  private final Console console;
  private final String version;
  private final DemoReport report = new DemoReport();

  Demo(ProxyPrograms programs, Console console, String version) {
    this.programs = programs;
    this.console = console;
    this.version = version;
  }

  /// What happens between the last scene and the end.
  interface Finish {
    void run(Stage stage) throws IOException, InterruptedException;
  }

  /// Plays everything.
  DemoReport run(Finish finish) throws IOException, InterruptedException {
    check();
    DemoFolder folder = DemoFolder.create();
    Addresses addresses = addresses();
    try (var cleanUp = CleanUp.install(folder, DemoMesh.prepare(folder, addresses))) {
      play(cleanUp, folder, finish);
    }
    return report;
  }

  private void play(CleanUp cleanUp, DemoFolder folder, Finish finish)
      throws IOException, InterruptedException {
    try {
      Stage stage = open(folder, cleanUp.mesh());
      for (Scene scene : SCENES) {
        console.heading(scene.title());
        scene.play(stage);
        cleanUp.mesh().checkAlive();
      }
      console.heading("Summary");
      console.line(console.paint(report.isAsExpected() ? Tone.GOOD : Tone.BAD, report.summary()));
      finish.run(stage);
    } catch (DemoFailure | IOException | UncheckedIOException broken) {
      if (cleanUp.isShuttingDown()) {
        // The virtual machine ends as soon as everything is cleaned up.
        new CountDownLatch(1).await();
      }
      throw broken;
    }
  }

  private void check() {
    Compilation compilation = ShopPolicies.compile(programs.shop()).compilation();
    console.heading("Check and plan of examples/shop");
    console.line(PlanText.findings(compilation));
    compilation
        .findings()
        .forEach(finding -> console.line("  " + finding.span() + ": " + finding.text().message()));
    console.line("");
    console.table(PlanText.placements(compilation));
    if (compilation.hasErrors() || compilation.placements().isEmpty()) {
      throw new DemoFailure("the policies of the shop do not compile", List.of());
    }
  }

  private static Addresses addresses() {
    return Addresses.draw(new SecureRandom(), Addresses::isFree)
        .orElseThrow(() ->
            new DemoFailure(
                "no free network in 127.0.0.0/8",
                List.of("the demo binds addresses such as 127.20.30.2:15008")));
  }

  private Stage open(DemoFolder folder, DemoMesh mesh) throws IOException, InterruptedException {
    DemoFolder.copy(programs.shop(), folder.tree());
    Files.createDirectory(folder.bundles());
    Enrolment.enrol(folder);
    var policies =
        new ShopPolicies(
            ShopPolicies.makeKeys(folder.keys(), Instant.now()),
            GitFacts.of(List.of(programs.shop().toString())),
            version);
    Manifest manifest =
        policies.write(ShopPolicies.compile(folder.tree()), folder.bundle(FIRST_BUNDLE));
    folder.switchTo(FIRST_BUNDLE);
    console.heading("Bundle and mesh");
    console.line(
        "signed bundle "
            + manifest.epoch()
            + "."
            + manifest.sequence()
            + " with "
            + manifest.contents().size()
            + " contents, semantic digest "
            + TextTable.cut(manifest.semanticDigest().toString(), 20));
    long started = System.nanoTime();
    mesh.start(new DemoMesh.Start(programs, console));
    console.line(
        "2 ztunnels and 1 waypoint ready after "
            + (System.nanoTime() - started) / 1_000_000
            + " ms, "
            + Shop.APPS.size()
            + " pods in "
            + mesh.addresses().of(Shop.WEB).replaceFirst("\\.\\d+$", ".0/24"));
    Tokens tokens = Tokens.load(folder.tree().resolve("tokens/signing-key.jwk"), Instant.now());
    return new Stage(mesh, policies, tokens, console, report);
  }
}
