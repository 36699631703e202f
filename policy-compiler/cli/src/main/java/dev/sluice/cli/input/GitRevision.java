package dev.sluice.cli.input;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.compiler.source.SourceFile;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The policies of one git revision, read from the object store without checking anything out.
final class GitRevision {
  private static final int MAX_LISTING = 64 << 20;
  private static final long MAX_TREE = 256L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SETTINGS = "sluice.yaml";
  private static final String LINK = "120000";

  private final Path folder;
  private final String revision;

  private GitRevision(Path folder, String revision) {
    this.folder = folder;
    this.revision = revision;
  }

  /// What came of reading a revision.
  sealed interface Read {
    /// Its files under a folder, by path in the repository, and the settings that go with them.
    record Files(List<SourceFile> files, Optional<SourceFile> settings) implements Read {
      public Files {
        files = List.copyOf(files);
      }
    }

    /// Why it cannot be read.
    record Failed(String message, String help) implements Read {}
  }

  /// Reads `REVISION`, or `REVISION:path`, in the repository that holds `folder`; without a path it
  /// is that of `folder` in the repository.
  static Read read(Path folder, String name) {
    int colon = name.indexOf(':');
    String revision = colon < 0 ? name : name.substring(0, colon);
    var git = new GitRevision(folder, revision);
    try {
      return git.read(colon < 0 ? Optional.empty() : Optional.of(name.substring(colon + 1)));
    } catch (GitFailure failure) {
      return new Read.Failed("cannot read `" + name + "`: " + failure.getMessage(), failure.help);
    } catch (IOException failure) {
      return new Read.Failed(
          "`" + name + "` is no directory, and git does not run (" + failure.getMessage() + ")",
          "install git, or name two directories");
    }
  }

  private Read read(Optional<String> path) throws IOException {
    if (revision.isEmpty() || revision.startsWith("-")) {
      throw new GitFailure("it is no revision", "name a directory, a bundle or a git revision");
    }
    String prefix = path.isPresent() ? clean(path.get()) : text("rev-parse", "--show-prefix");
    String commit = text("rev-parse", "--verify", "--quiet", revision + "^{commit}");
    Map<String, Entry> entries = list(commit);
    var wanted = new TreeMap<String, Entry>();
    entries.forEach((file, entry) -> {
      if (isWanted(file, prefix)) {
        wanted.put(file, entry);
      }
    });
    if (wanted.isEmpty()) {
      throw new GitFailure(
          "there is no YAML or JSON file under `" + (prefix.isEmpty() ? "." : prefix) + "`",
          "name the folder in the revision: `" + revision + ":path`");
    }
    String settings = settings(prefix, entries);
    if (!settings.isEmpty()) {
      wanted.putIfAbsent(settings, entries.get(settings));
    }
    Map<String, byte[]> contents = contents(wanted);
    List<SourceFile> files =
        contents.entrySet().stream()
            .filter(file -> isWanted(file.getKey(), prefix))
            .map(file -> new SourceFile(file.getKey(), file.getValue()))
            .toList();
    byte[] chosen = contents.get(settings);
    return new Read.Files(
        files, chosen == null ? Optional.empty() : Optional.of(new SourceFile(settings, chosen)));
  }

  /// One entry of a tree.
  private record Entry(String mode, String object) {}

  private static String clean(String path) {
    String inside = Path.of(path).normalize().toString().replace('\\', '/');
    return inside.isEmpty() || inside.endsWith("/") ? inside : inside + "/";
  }

  /// As in directories: nothing hidden, and only what can hold policies.
  private static boolean isWanted(String file, String prefix) {
    if (!file.startsWith(prefix)) {
      return !prefix.isEmpty() && (file + "/").equals(prefix);
    }
    String name = file.toLowerCase(Locale.ROOT);
    boolean isHidden =
        file.substring(prefix.length()).startsWith(".")
            || file.substring(prefix.length()).contains("/.");
    return !isHidden && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
  }

  /// The nearest settings at or above the folder; empty when there are none.
  private static String settings(String prefix, Map<String, Entry> entries) {
    String folder = prefix;
    while (true) {
      if (entries.containsKey(folder + SETTINGS)) {
        return folder + SETTINGS;
      }
      if (folder.isEmpty()) {
        return "";
      }
      folder = folder.substring(0, folder.lastIndexOf('/', folder.length() - 2) + 1);
    }
  }

  private Map<String, Entry> list(String commit) throws IOException {
    var entries = new TreeMap<String, Entry>();
    String listing = new String(run("ls-tree", "-r", "-z", "--full-tree", commit), UTF_8);
    for (String line : listing.split("\0", -1)) {
      int tab = line.indexOf('\t');
      if (tab > 0) {
        String[] fields = line.substring(0, tab).split(" ", 3);
        if (fields[1].equals("blob")) {
          entries.put(line.substring(tab + 1), new Entry(fields[0], fields[2]));
        }
      }
    }
    return entries;
  }

  private Map<String, byte[]> contents(Map<String, Entry> wanted) throws IOException {
    for (var entry : wanted.entrySet()) {
      if (entry.getValue().mode().equals(LINK)) {
        throw new GitFailure(
            "`" + entry.getKey() + "` is a symbolic link, which a revision cannot follow",
            "check the revision out and name the directory");
      }
    }
    Process process = start(List.of("cat-file", "--batch"), Redirect.PIPE);
    Thread watch = Thread.startVirtualThread(() -> GitFacts.endAfter(process, PATIENCE));
    Thread asking = Thread.startVirtualThread(() -> ask(process, wanted));
    try (var answers = new DataInputStream(process.getInputStream())) {
      var contents = new TreeMap<String, byte[]>();
      long total = 0;
      for (String file : wanted.keySet()) {
        int size = size(answers);
        total += size;
        if (total > MAX_TREE) {
          throw new GitFailure("it has more than " + MAX_TREE + " bytes", "name a folder of it");
        }
        contents.put(file, answers.readNBytes(size));
        answers.readByte();
      }
      return contents;
    } finally {
      process.destroyForcibly();
      watch.interrupt();
      asking.interrupt();
    }
  }

  private static void ask(Process process, Map<String, Entry> wanted) {
    try (var questions = process.outputWriter(UTF_8)) {
      for (Entry entry : wanted.values()) {
        questions.write(entry.object() + "\n");
      }
    } catch (IOException ended) {
      // the answers end early then, which is what gets reported
      process.destroyForcibly();
    }
  }

  /// Reads `<object> blob <size>`.
  private static int size(DataInputStream answers) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = answers.readByte(); c != '\n'; c = answers.readByte()) {
      line.write(c);
    }
    String[] fields = line.toString(UTF_8).split(" ", -1);
    if (fields.length != 3) {
      throw new GitFailure("an object is missing: " + line.toString(UTF_8), "run `git fsck`");
    }
    return Integer.parseInt(fields[2]);
  }

  private String text(String... arguments) throws IOException {
    return new String(run(arguments), UTF_8).strip();
  }

  private byte[] run(String... arguments) throws IOException {
    Process process = start(List.of(arguments), Redirect.from(Path.of("/dev/null").toFile()));
    Thread watch = Thread.startVirtualThread(() -> GitFacts.endAfter(process, PATIENCE));
    try (InputStream stream = process.getInputStream()) {
      byte[] bytes = stream.readNBytes(MAX_LISTING + 1);
      if (bytes.length > MAX_LISTING) {
        throw new GitFailure("its listing is too long", "name a folder of it");
      }
      if (process.waitFor() != 0) {
        throw new GitFailure(
            "there is no such directory, bundle or git revision",
            "revisions are those of the repository around `" + folder + "`");
      }
      return bytes;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new GitFailure("interrupted", "");
    } finally {
      process.destroyForcibly();
      watch.interrupt();
    }
  }

  private Process start(List<String> arguments, Redirect input) throws IOException {
    var command =
        new ArrayList<>(
            List.of("git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"));
    command.addAll(arguments);
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(input)
            .redirectError(Redirect.DISCARD);
    builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().put("GIT_NO_LAZY_FETCH", "1");
    builder.environment().put("LC_ALL", "C");
    return builder.start();
  }

  /// Git ran and had no answer.
  private static final class GitFailure extends IOException {
    private static final long serialVersionUID = 1L;
    private final String help;

    GitFailure(String message, String help) {
      super(message);
      this.help = help;
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
