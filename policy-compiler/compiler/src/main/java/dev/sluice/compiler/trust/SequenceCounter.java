package dev.sluice.compiler.trust;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.engine.bundle.DurableFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The durable counter of signed bundles: a number is on disk before it is used.
///
/// `sequence.json` holds the last number taken. Processes take turns by a lock on `sequence.lock`.
final class SequenceCounter {
  private static final String HELP =
      "restore the file, or write the epoch and sequence of the last bundle published";
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final long MAX = (1L << 53) - 1;
  private static final int MAX_BYTES = 4096;

  /// File locks are held by the whole process, so its threads need a turn of their own.
  private static final ReentrantLock TURN = new ReentrantLock();

  private final Path directory;
  private final Path file;

  SequenceCounter(Path directory) {
    this.directory = directory;
    this.file = directory.resolve("sequence.json");
  }

  /// The form of the file.
  static byte[] json(long epoch, long sequence) {
    return ("{\"epoch\":" + epoch + ",\"sequence\":" + sequence + "}\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /// The last number taken.
  Allocation last() throws IOException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        return unusable("the counter is malformed");
      }
      JsonNode node = MAPPER.readTree(Files.readAllBytes(file));
      JsonNode epoch = node.path("epoch");
      JsonNode sequence = node.path("sequence");
      return isCount(epoch) && isCount(sequence)
          ? new Allocation.Taken(epoch.longValue(), sequence.longValue())
          : unusable("the counter is malformed");
    } catch (NoSuchFileException _) {
      return unusable("the counter of bundles is missing");
    } catch (JsonProcessingException _) {
      return unusable("the counter is malformed");
    }
  }

  private static boolean isCount(JsonNode node) {
    return node.isIntegralNumber()
        && node.canConvertToLong()
        && node.longValue() >= 0
        && node.longValue() < MAX;
  }

  /// Takes the next number of `epoch`, starting at 1 in an epoch that is new.
  Allocation next(long epoch) throws IOException {
    TURN.lock();
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve("sequence.lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                KeyDirectory.OWNER_ONLY);
        var _ = channel.lock()) {
      return switch (last()) {
        case Allocation.Unusable unusable -> unusable;
        case Allocation.Taken(var lastEpoch, _) when lastEpoch > epoch ->
            unusable("the counter is in epoch " + lastEpoch + ", the trust root in " + epoch);
        case Allocation.Taken(var lastEpoch, var sequence) -> {
          var taken = new Allocation.Taken(epoch, lastEpoch == epoch ? sequence + 1 : 1);
          DurableFiles.replace(file, json(epoch, taken.sequence()), KeyDirectory.OWNER_ONLY);
          yield taken;
        }
      };
    } finally {
      TURN.unlock();
    }
  }

  private Allocation unusable(String message) {
    return new Allocation.Unusable(new Problem(file, message, HELP));
  }
}
