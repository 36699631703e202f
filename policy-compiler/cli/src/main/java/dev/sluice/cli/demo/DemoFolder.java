package dev.sluice.cli.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/// The temporary folder of one run: keys, certificates, bundles, configuration, state and logs.
record DemoFolder(Path root) {

  static final String CURRENT = "current";

  /// Creates a folder that only this user can read.
  static DemoFolder create() throws IOException {
    return new DemoFolder(Files.createTempDirectory("sluice-demo-"));
  }

  Path keys() {
    return root.resolve("keys");
  }

  Path trustRoot() {
    return keys().resolve("root.json");
  }

  Path certificates() {
    return root.resolve("certificates");
  }

  Path tree() {
    return root.resolve("shop");
  }

  Path bundles() {
    return root.resolve("bundles");
  }

  Path bundle(String name) {
    return bundles().resolve(name);
  }

  Path meshFile() {
    return root.resolve("mesh.yaml");
  }

  Path captureFile(Shop.Role role) {
    return root.resolve("capture-" + role.fileName() + ".yaml");
  }

  Path log(Shop.Role role) {
    return root.resolve(role.fileName() + ".log");
  }

  Path portsFile(Shop.Role role) {
    return root.resolve(role.fileName() + "-ports.json");
  }

  /// A folder of a proxy for itself.
  Path own(Shop.Role role, String name) throws IOException {
    return Files.createDirectories(root.resolve(role.fileName()).resolve(name));
  }

  /// Makes `current` lead to a bundle, by rename, as Kubernetes does for mounted volumes.
  void switchTo(String bundle) throws IOException {
    Path aside = bundles().resolve("." + CURRENT + ".new");
    Files.deleteIfExists(aside);
    Files.createSymbolicLink(aside, Path.of(bundle));
    Files.move(aside, bundles().resolve(CURRENT), StandardCopyOption.ATOMIC_MOVE);
  }

  /// Copies a directory with everything in it to `target`, which must not exist.
  static void copy(Path source, Path target) throws IOException {
    Files.walkFileTree(
        source,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectory(target.resolve(source.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(file, target.resolve(source.relativize(file)));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /// Removes the folder; files that vanish meanwhile are no problem.
  void delete() throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException vanished) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
