package dev.sluice.cli.lsp;

import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;
import java.io.OutputStream;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.eclipse.lsp4j.jsonrpc.Launcher;
import org.eclipse.lsp4j.launch.LSPLauncher;
import org.eclipse.lsp4j.services.LanguageClient;
import picocli.CommandLine.Command;

/// Serves an editor until it says goodbye.
@Command(
    name = "lsp",
    header = "Serve an editor: findings, hovers and quick fixes while typing.",
    description = {
      "Speaks the Language Server Protocol on standard input and output. The editor's first"
          + " workspace folder is checked as `sluice check` would, with the texts as they stand in"
          + " the editor, whenever one of them changes.",
      "",
      "A hover over a policy says where it is enforced and why; over a finding, what it means."
          + " Quick fixes are offered where the help of a finding is mechanical."
    },
    footer = {
      "  sluice lsp                           started by the editor for YAML files",
      "  vim.lsp.start({name = 'sluice', cmd = {'sluice', 'lsp'}})    in Neovim"
    })
public final class LspCommand implements Callable<Integer> {

  private final Terminal terminal;
  private final OutputStream out;

  /// `out` carries the protocol's bytes, which no writer may touch.
  public LspCommand(Terminal terminal, OutputStream out) {
    this.terminal = terminal;
    this.out = out;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (var requests = Executors.newVirtualThreadPerTaskExecutor();
        var server = new PolicyServer(terminal.clock())) {
      Launcher<LanguageClient> launcher =
          new LSPLauncher.Builder<LanguageClient>()
              .setLocalService(server)
              .setRemoteInterface(LanguageClient.class)
              .setInput(terminal.in())
              .setOutput(out)
              .setExecutorService(requests)
              .create();
      server.connect(launcher.getRemoteProxy());
      launcher.startListening().get();
      return server.hasShutDown() ? ExitCode.CLEAN.code() : ExitCode.FINDINGS.code();
    } catch (ExecutionException broken) {
      terminal.complain("the connection to the editor broke: " + broken.getCause(), "");
      return ExitCode.INTERNAL.code();
    }
  }
}
