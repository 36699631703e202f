package dev.sluice.engine.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.bundle.OciLayout.Part;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads single files of a bundle directory and remembers why the last one could not be used.
final class LayoutReader {
  private final Path directory;
  private @Nullable Rejection rejection;

  LayoutReader(Path directory) {
    this.directory = directory;
  }

  /// Why the last reading gave nothing.
  Rejection rejection() {
    if (rejection == null) {
      throw new IllegalStateException("nothing was refused");
    }
    return rejection;
  }

  /// A JSON object outside the blobs.
  Optional<ObjectNode> json(Path file, int cap) {
    return switch (BoundedFile.read(file, cap)) {
      case BoundedFile.Reading.Content(var bytes) -> parse(bytes);
      case BoundedFile.Reading.Missing _ ->
          remember(RejectionReason.MALFORMED_LAYOUT, "`" + file.getFileName() + "` is missing");
      case BoundedFile.Reading.TooLarge _ ->
          remember(RejectionReason.TOO_LARGE, "`" + file.getFileName() + "` is too large");
      case BoundedFile.Reading.Unreadable(var reason) ->
          remember(RejectionReason.UNREADABLE, "`" + file.getFileName() + "`: " + reason);
    };
  }

  /// A JSON object among the blobs.
  Optional<ObjectNode> jsonBlob(Digest digest, int cap) {
    return switch (blob(digest, cap)) {
      case Part.Present(var bytes) -> parse(bytes);
      case Part.Refused(var refusal) -> {
        rejection = refusal;
        yield Optional.empty();
      }
    };
  }

  private Optional<ObjectNode> parse(Bytes bytes) {
    return switch (StrictJson.parse(bytes.shared())) {
      case StrictJson.Parsing.Document(var root) -> Optional.of(root);
      case StrictJson.Parsing.Malformed(var reason) ->
          remember(RejectionReason.MALFORMED_LAYOUT, reason);
    };
  }

  /// A blob of at most `cap` bytes that has the digest it is named by.
  Part blob(Digest digest, int cap) {
    BoundedFile.Reading reading = read(digest, cap);
    return reading instanceof BoundedFile.Reading.TooLarge
        ? refused(RejectionReason.TOO_LARGE, digest + " exceeds " + cap + " bytes")
        : part(digest, reading);
  }

  /// A content of exactly the signed size and digest.
  Part content(Manifest.Content content) {
    // the signed size is at most Limits.CONTENT
    BoundedFile.Reading reading = read(content.digest(), (int) content.size());
    boolean fits =
        !(reading instanceof BoundedFile.Reading.Content(var bytes))
            || bytes.size() == content.size();
    return fits ? part(content.digest(), reading) : wrongSize(content.digest());
  }

  private static Part part(Digest digest, BoundedFile.Reading reading) {
    return switch (reading) {
      case BoundedFile.Reading.Content(var bytes) ->
          bytes.digest().equals(digest)
              ? new Part.Present(bytes)
              : refused(RejectionReason.DIGEST_MISMATCH, digest + " has other bytes");
      case BoundedFile.Reading.Missing _ ->
          refused(RejectionReason.MISSING_CONTENT, digest + " is missing");
      case BoundedFile.Reading.TooLarge _ -> wrongSize(digest);
      case BoundedFile.Reading.Unreadable(var reason) ->
          refused(RejectionReason.UNREADABLE, digest + ": " + reason);
    };
  }

  private static Part wrongSize(Digest digest) {
    return refused(RejectionReason.SIZE_MISMATCH, digest + " does not have the signed size");
  }

  private BoundedFile.Reading read(Digest digest, int cap) {
    Path blobs = directory.resolve(OciLayout.BLOBS);
    Path folder = blobs.resolve(OciLayout.ALGORITHM);
    if (Files.isSymbolicLink(blobs) || Files.isSymbolicLink(folder)) {
      return new BoundedFile.Reading.Unreadable("`blobs` is a symbolic link");
    }
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        ? BoundedFile.read(folder.resolve(digest.hex()), cap)
        : new BoundedFile.Reading.Missing();
  }

  private <T> Optional<T> remember(RejectionReason code, String detail) {
    rejection = new Rejection(code, detail);
    return Optional.empty();
  }

  private static Part refused(RejectionReason code, String detail) {
    return new Part.Refused(new Rejection(code, detail));
  }
}
