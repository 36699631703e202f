package dev.sluice.cli.lsp;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.FindingDoc;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeActionKind;
import org.eclipse.lsp4j.CodeActionParams;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.MarkupContent;
import org.eclipse.lsp4j.MarkupKind;
import org.eclipse.lsp4j.Range;
import org.eclipse.lsp4j.WorkspaceEdit;
import org.eclipse.lsp4j.jsonrpc.messages.Either;
import org.eclipse.lsp4j.services.TextDocumentService;

/// What the editor tells and asks about open texts. Answers come from the last compilation.
final class DocumentService implements TextDocumentService {

  private final Workspace workspace;
  private final Refresher refresher;

  DocumentService(Workspace workspace, Refresher refresher) {
    this.workspace = workspace;
    this.refresher = refresher;
  }

  @Override
  public void didOpen(DidOpenTextDocumentParams params) {
    var document = params.getTextDocument();
    put(document.getUri(), document.getText());
  }

  /// Whole texts only: that is what the server asked for.
  @Override
  public void didChange(DidChangeTextDocumentParams params) {
    put(params.getTextDocument().getUri(), params.getContentChanges().getLast().getText());
  }

  private void put(String uri, String text) {
    Uris.path(uri).ifPresent(path -> workspace.put(path, text));
    refresher.refresh();
  }

  @Override
  public void didClose(DidCloseTextDocumentParams params) {
    Uris.path(params.getTextDocument().getUri()).ifPresent(workspace::forget);
    refresher.refresh();
  }

  @Override
  public void didSave(DidSaveTextDocumentParams params) {
    refresher.refresh();
  }

  /// Empty where there is nothing to say, which editors show as nothing.
  @Override
  public CompletableFuture<Hover> hover(HoverParams params) {
    Snapshot snapshot = workspace.current();
    String file = file(params.getTextDocument().getUri());
    int line = params.getPosition().getLine();
    Stream<String> meanings =
        snapshot.findingsAt(file, line, line).stream()
            .filter(finding -> finding.span().line() == finding.span().endLine())
            .map(Diagnostic::code)
            .distinct()
            .map(code -> meaning(FindingDoc.of(code)));
    Stream<String> plan =
        snapshot.planAt(file, params.getPosition()).stream().map(text -> "```\n" + text + "```");
    String markdown = Stream.concat(meanings, plan).collect(Collectors.joining("\n\n---\n\n"));
    return CompletableFuture.completedFuture(
        new Hover(new MarkupContent(MarkupKind.MARKDOWN, markdown)));
  }

  private static String meaning(FindingDoc doc) {
    String repair =
        doc.fix().blocks().stream()
            .map(block -> "```yaml\n" + String.join("\n", block.lines()) + "\n```")
            .collect(Collectors.joining("\n"));
    return "**%s %s** %s\n\n%s\n\n%s\n\n%s"
        .formatted(
            doc.code().id(), doc.code().slug(), doc.what(), doc.why(), doc.fix().words(), repair);
  }

  @Override
  public CompletableFuture<List<Either<Command, CodeAction>>> codeAction(CodeActionParams params) {
    Snapshot snapshot = workspace.current();
    String uri = params.getTextDocument().getUri();
    Range range = params.getRange();
    List<Either<Command, CodeAction>> actions =
        snapshot
            .findingsAt(file(uri), range.getStart().getLine(), range.getEnd().getLine())
            .stream()
            .flatMap(finding -> snapshot.fix(finding).stream())
            .distinct()
            .map(fix -> Either.<Command, CodeAction>forRight(action(uri, fix)))
            .toList();
    return CompletableFuture.completedFuture(actions);
  }

  private static CodeAction action(String uri, QuickFix fix) {
    var action = new CodeAction(fix.title());
    action.setKind(CodeActionKind.QuickFix);
    action.setIsPreferred(true);
    action.setEdit(new WorkspaceEdit(Map.of(uri, List.of(fix.edit()))));
    return action;
  }

  /// The path by which compilations know a file; empty for what is no file.
  private static String file(String uri) {
    Optional<Path> path = Uris.path(uri);
    return path.map(Path::toString).orElse("");
  }
}
