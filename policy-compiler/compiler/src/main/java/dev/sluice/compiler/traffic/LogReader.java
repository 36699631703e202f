package dev.sluice.compiler.traffic;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// Reads the lines of a log one by one, gzip or plain, in memory that does not grow with the log.
public final class LogReader {

  /// Longest line in bytes; a proxy's request line is bounded far below it.
  static final int MAX_LINE_BYTES = 65_536;

  private static final int GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = 0x8b;

  private LogReader() {}

  /// Takes lines.
  public interface Sink {
    /// One line, without its end; empty when it is longer than 64 KiB.
    void line(Optional<String> text);
  }

  /// Reads to the end; what follows in a concatenated gzip file is read too.
  ///
  /// @throws IOException when the stream fails or its compression is broken
  public static void read(InputStream stream, Sink sink) throws IOException {
    var buffered = new BufferedInputStream(stream);
    buffered.mark(2);
    boolean gzip = buffered.read() == GZIP_FIRST && buffered.read() == GZIP_SECOND;
    buffered.reset();
    lines(gzip ? new BufferedInputStream(new GZIPInputStream(buffered)) : buffered, sink);
  }

  private static void lines(InputStream stream, Sink sink) throws IOException {
    var line = new ByteArrayOutputStream(512);
    boolean tooLong = false;
    boolean pending = false;
    for (int octet = stream.read(); octet >= 0; octet = stream.read()) {
      if (octet == '\n') {
        emit(line, tooLong, sink);
        tooLong = false;
        pending = false;
      } else {
        pending = true;
        tooLong |= line.size() >= MAX_LINE_BYTES;
        if (!tooLong) {
          line.write(octet);
        }
      }
    }
    if (pending) {
      emit(line, tooLong, sink);
    }
  }

  private static void emit(ByteArrayOutputStream line, boolean tooLong, Sink sink) {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    sink.line(
        tooLong
            ? Optional.empty()
            : Optional.of(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text));
  }
}
