package dev.sluice.cli.command;

import dev.sluice.cli.terminal.ExitCode;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Gives all commands `--help` with the same sections, as manual pages have them.
public final class UsageText {
  private static final int WIDTH = 90;

  private UsageText() {}

  /// Sets the sections of a command and of all below it.
  public static void arrange(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    if (!spec.helpCommand()) {
      spec.addOption(
          OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .description("Show this help.")
              .build());
    }
    UsageMessageSpec usage = spec.usageMessage();
    usage.width(WIDTH);
    usage.sortOptions(false);
    usage.synopsisHeading("%nUsage:%n  ");
    usage.descriptionHeading("%nDescription:%n");
    usage.parameterListHeading("%nArguments:%n");
    usage.optionListHeading("%nOptions:%n");
    usage.commandListHeading("%nCommands:%n");
    if (usage.exitCodeList().isEmpty()) {
      usage.exitCodeList(exitCodes());
    }
    usage.exitCodeListHeading("%nExit codes:%n");
    if (usage.footer().length > 0) {
      usage.footerHeading("%nExamples:%n");
    }
    command.getSubcommands().values().forEach(UsageText::arrange);
  }

  private static Map<String, String> exitCodes() {
    var codes = new LinkedHashMap<String, String>();
    for (ExitCode code : ExitCode.values()) {
      codes.put(" " + code.code(), code.meaning());
    }
    return codes;
  }
}
