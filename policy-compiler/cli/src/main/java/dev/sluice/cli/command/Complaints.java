package dev.sluice.cli.command;

import dev.sluice.cli.input.Evaluation;
import dev.sluice.cli.input.FailOn;
import dev.sluice.cli.input.InputOptions;
import dev.sluice.cli.terminal.ExitCode;
import dev.sluice.cli.terminal.Terminal;

/// What commands say on standard error when they cannot vouch for their result.
final class Complaints {
  private Complaints() {}

  /// Says why an evaluation is worth nothing, if so.
  static void about(Evaluation evaluation, InputOptions inputs, Terminal terminal) {
    if (evaluation instanceof Evaluation.Misconfigured) {
      terminal.complain(
          "the mesh settings are wrong, so nothing was evaluated", "correct the settings file");
    } else if (evaluation.exitCode(FailOn.ERROR) == ExitCode.NOTHING_EVALUATED) {
      if (evaluation.isEmpty()) {
        terminal.complain(
            "nothing was evaluated: no policy and no topology in `"
                + String.join("` `", inputs.paths())
                + "`",
            "name files or directories with Kubernetes objects, or - for standard input");
      } else {
        terminal.complain(
            "not everything could be read, so the result is incomplete",
            "see the findings with code SLU1001");
      }
    }
  }
}
