package dev.sluice.compiler.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Caller;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Walks every witness of the review through the proxies it would pass, with what a bundle gives
/// them.
class WitnessesHoldTest {

  private static final Path CASES =
      Path.of(
          System.getProperty("sluice.root", "../.."), "policy-compiler/compiler/src/test/cases");

  @Test
  void every_witness_of_the_golden_cases_is_decided_as_it_says() throws IOException {
    Set<Code> shown = EnumSet.noneOf(Code.class);
    for (Path folder : folders()) {
      Compilation compilation = compile(folder);
      if (!compilation.shards().isEmpty()) {
        Walk walk = Walk.of(compilation.mesh(), compilation.shards());
        for (Diagnostic finding : compilation.findings()) {
          Witness witness = finding.text().witness();
          if (finding.code().id().startsWith("SLU60") && witness != null) {
            shown.add(finding.code());
            assertThat(decision(walk.answer(asCase(witness))))
                .as("%s in %s: %s", finding.code(), folder.getFileName(), witness.sentence())
                .isEqualTo(witness.decision().word());
          }
        }
      }
    }
    assertThat(shown)
        .contains(
            Code.ALLOW_OVERRULED,
            Code.PORT_CLOSED,
            Code.ONLY_MONITORING_ADMITTED,
            Code.MESH_WIDE_ALLOW,
            Code.ENTRY_REFUSED,
            Code.SCRAPE_REFUSED,
            Code.PLAINTEXT_EVADES_DENY);
  }

  private static List<Path> folders() throws IOException {
    try (Stream<Path> directories = Files.list(CASES)) {
      return directories.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static Compilation compile(Path folder) {
    var problems = new Diagnostics();
    return Compiler.compile(
        SourceFiles.load(List.of(folder.toString()), InputStream.nullInputStream(), problems),
        MeshSettings.defaults(),
        problems);
  }

  private static String decision(Outcome outcome) {
    return outcome instanceof Outcome.Answered answered
        ? answered.decision().word()
        : outcome.toString();
  }

  private static Case asCase(Witness witness) {
    Peer peer =
        switch (witness.from()) {
          case Caller.Plaintext() -> Peer.anonymous();
          case Caller.Principal(var principal) ->
              new Peer.Identified(SpiffeId.parsePrincipal(principal).orElseThrow());
        };
    return new Case(
        new Client(peer, Optional.empty()),
        target(witness.to()),
        witness
            .request()
            .map(request ->
                new Http(
                    request.method(),
                    request.host(),
                    request.path(),
                    request.headers(),
                    new Token.Absent())));
  }

  private static Target target(Witness.Destination destination) {
    return switch (destination) {
      case Witness.Destination.Service(var service, var port) ->
          new Target.OfService(namespace(service), name(service), port, Optional.empty());
      case Witness.Destination.Workload(var _, var workload, var port) ->
          new Target.OfWorkload(namespace(workload), name(workload), port, Optional.empty());
      case Witness.Destination.Described(var words) -> throw new AssertionError(words);
    };
  }

  private static String namespace(String reference) {
    return reference.substring(0, reference.indexOf('/'));
  }

  private static String name(String reference) {
    return reference.substring(reference.indexOf('/') + 1);
  }
}
