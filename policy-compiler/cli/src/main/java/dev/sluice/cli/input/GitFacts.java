package dev.sluice.cli.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.engine.bundle.Manifest.Source;
import dev.sluice.engine.bundle.Manifest.WorkTree;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where inputs come from, as `git` knows it; a build never fails for lack of it.
public final class GitFacts {
  private static final Source UNKNOWN = new Source("", "", WorkTree.DIRTY);
  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_REPOSITORY = 1024;
  private static final int MAX_COMMIT = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Path folder;
  private final long end = System.nanoTime() + PATIENCE.toNanos();

  private GitFacts(Path folder) {
    this.folder = folder;
  }

  /// The commit and whether the inputs are exactly as in it; standard input never is. Unknown is
  /// dirty, and so is what git does not say within two seconds.
  public static Source of(List<String> inputs) {
    Path first = Path.of(inputs.getFirst().equals("-") ? "" : inputs.getFirst()).toAbsolutePath();
    Path folder = Files.isDirectory(first) ? first : first.getParent();
    return folder == null ? UNKNOWN : new GitFacts(folder).source(inputs);
  }

  private Source source(List<String> inputs) {
    Optional<String> commit = git("rev-parse", "--verify", "HEAD").filter(GitFacts::isCommit);
    if (commit.isEmpty()) {
      return UNKNOWN;
    }
    String repository =
        git("config", "--get", "remote.origin.url")
            .map(GitFacts::withoutSecrets)
            .filter(GitFacts::isPrintable)
            .orElse("");
    return new Source(repository, commit.get(), workTree(inputs));
  }

  private WorkTree workTree(List<String> inputs) {
    if (inputs.contains("-")) {
      return WorkTree.DIRTY;
    }
    var arguments =
        new ArrayList<>(List.of("status", "--porcelain", "--ignore-submodules=dirty", "--"));
    inputs.forEach(input -> arguments.add(Path.of(input).toAbsolutePath().normalize().toString()));
    return git(arguments.toArray(String[]::new)).filter(String::isEmpty).isPresent()
        ? WorkTree.CLEAN
        : WorkTree.DIRTY;
  }

  /// The output of git; empty when it fails. A repository's own configuration must not run
  /// anything.
  private Optional<String> git(String... arguments) {
    var command =
        new ArrayList<>(
            List.of("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"));
    command.addAll(List.of(arguments));
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
            .redirectError(Redirect.DISCARD);
    builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
    builder.environment().put("GIT_LITERAL_PATHSPECS", "1");
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().put("LC_ALL", "C");
    try {
      return answer(builder.start(), Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    } catch (IOException noGit) {
      return Optional.empty();
    }
  }

  /// What the process prints, cut at 64 KiB; empty when it fails or is not done in time, and then
  /// it is ended.
  static Optional<String> answer(Process process, Duration time) throws IOException {
    Thread watch = Thread.startVirtualThread(() -> endAfter(process, time));
    try (InputStream stream = process.getInputStream()) {
      byte[] bytes = stream.readNBytes(MAX_BYTES);
      boolean isGood = bytes.length == MAX_BYTES || process.waitFor() == 0;
      return isGood ? Optional.of(new String(bytes, UTF_8).strip()) : Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      process.destroyForcibly();
      watch.interrupt();
    }
  }

  static void endAfter(Process process, Duration time) {
    try {
      if (!process.waitFor(time)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException answered) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isCommit(String text) {
    return !text.isEmpty()
        && text.length() <= MAX_COMMIT
        && text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }

  private static boolean isPrintable(String text) {
    return text.length() <= MAX_REPOSITORY && text.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /// The address of a remote without user, password, query and fragment: a manifest is public.
  static String withoutSecrets(String remote) {
    if (!remote.contains("://")) {
      // user@host:path of ssh carries no secret
      return remote;
    }
    try {
      URI uri = new URI(remote);
      return new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null)
          .toString();
    } catch (URISyntaxException unusual) {
      // what cannot be taken apart cannot be cleaned
      return "";
    }
  }
}
