package dev.sluice.cli.lsp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.terminal.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionContext;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Diagnostic;
import org.eclipse.lsp4j.DiagnosticSeverity;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.TextEdit;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class LspTest {

  private static final String MESH =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: orders, namespace: shop}
      spec:
        selector: {matchLabels: {app: orders}}
        template:
          metadata: {labels: {app: orders}}
          spec:
            serviceAccountName: orders
            containers:
            - {name: app, image: registry.example/app, ports: [{containerPort: 8080}]}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: orders, namespace: shop}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
      """;
  private static final String POLICY =
      """
      # größer: two bytes in UTF-8, one unit in the editor
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: orders, namespace: shop}
      spec:
        selector: {matchLabels: {app: orders}}
        rules:
        - from: [{source: {principals: [cluster.local/ns/shop/sa/orders]}}]
      """;
  private static final String MISSPELT = POLICY.replace("rules:", "\"rulez\":");

  @TempDir Path folder;
  private Path policy = Path.of("");

  @SuppressWarnings("NullAway.Init") // set before each test
  private Editor editor;

  @BeforeEach
  void start() throws Exception {
    Files.writeString(folder.resolve("mesh.yaml"), MESH);
    policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
    editor = new Editor(in -> out -> () -> new LspCommand(terminal(in), out).call());
  }

  private static Terminal terminal(java.io.InputStream in) {
    var nowhere = new PrintWriter(new StringWriter());
    return new Terminal(in, nowhere, nowhere, Set.of(), Map.of(), InstantSource.system());
  }

  @AfterEach
  void stop() throws IOException {
    editor.close();
  }

  private void type(String text) {
    var change = new TextDocumentContentChangeEvent(text);
    editor
        .server()
        .getTextDocumentService()
        .didChange(
            new DidChangeTextDocumentParams(
                new VersionedTextDocumentIdentifier(policy.toUri().toString(), 2),
                List.of(change)));
  }

  private void openWith(String text) {
    editor
        .server()
        .getTextDocumentService()
        .didOpen(
            new DidOpenTextDocumentParams(
                new TextDocumentItem(policy.toUri().toString(), "yaml", 1, text)));
  }

  private static boolean hasError(List<Diagnostic> shown) {
    return shown.stream().anyMatch(d -> d.getSeverity() == DiagnosticSeverity.Error);
  }

  @Test
  void what_is_typed_is_checked_and_what_is_closed_counts_as_on_disk() throws Exception {
    editor.open(folder);
    openWith(POLICY);
    type(MISSPELT);

    Diagnostic error =
        editor.awaitShown(policy, LspTest::hasError).stream()
            .filter(d -> d.getSeverity() == DiagnosticSeverity.Error)
            .findFirst()
            .orElseThrow();
    assertThat(error.getCode().getLeft()).isEqualTo("SLU1103");
    assertThat(error.getMessage().getLeft()).contains("rulez").contains("help:");
    assertThat(error.getRange()).isEqualTo(new Range(new Position(6, 2), new Position(6, 9)));

    editor
        .server()
        .getTextDocumentService()
        .didClose(
            new DidCloseTextDocumentParams(new TextDocumentIdentifier(policy.toUri().toString())));
    editor.awaitShown(policy, shown -> !hasError(shown));
    assertThat(editor.messages()).isEmpty();
  }

  @Test
  void a_quick_fix_removes_its_finding() throws Exception {
    editor.open(folder);
    openWith(MISSPELT);
    Diagnostic error = editor.awaitShown(policy, LspTest::hasError).getFirst();

    CodeAction fix =
        editor
            .server()
            .getTextDocumentService()
            .codeAction(
                new CodeActionParams(
                    new TextDocumentIdentifier(policy.toUri().toString()),
                    error.getRange(),
                    new CodeActionContext(List.of(error))))
            .get(20, TimeUnit.SECONDS)
            .getFirst()
            .getRight();
    assertThat(fix.getTitle()).isEqualTo("Change to `\"rules\"`");
    TextEdit edit =
        Objects.requireNonNull(fix.getEdit().getChanges().get(policy.toUri().toString()))
            .getFirst();
    type(MISSPELT.replace("\"rulez\"", edit.getNewText()));

    assertThat(edit.getRange()).isEqualTo(error.getRange());
    editor.awaitShown(policy, shown -> !hasError(shown));
  }

  @Test
  void a_hover_says_where_a_policy_is_enforced_and_what_a_finding_means() throws Exception {
    editor.open(folder);
    openWith(MISSPELT);
    editor.awaitShown(policy, LspTest::hasError);
    assertThat(hover(6)).contains("SLU1103 unknown-field").contains("refused");

    type(POLICY);
    editor.awaitShown(policy, shown -> !hasError(shown));
    assertThat(hover(3))
        .contains("AuthorizationPolicy shop/orders")
        .contains("ztunnel, rule 1: Deployment shop/orders");
  }

  private String hover(int line) throws Exception {
    return editor
        .server()
        .getTextDocumentService()
        .hover(
            new HoverParams(
                new TextDocumentIdentifier(policy.toUri().toString()), new Position(line, 3)))
        .get(20, TimeUnit.SECONDS)
        .getContents()
        .getRight()
        .getValue();
  }

  @Test
  void the_server_ends_with_0_when_it_was_asked_to_shut_down() throws Exception {
    assertThat(editor.open(folder).getCapabilities().getHoverProvider().getLeft()).isTrue();
    assertThat(editor.leave()).isZero();
  }
}
