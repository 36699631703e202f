package dev.sluice.waypoint.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes HTTP/1.1 requests from bytes and takes no liberties: one way to frame a message, CRLF
/// only, no folded lines, no white space around names.
///
/// Emits `HttpRequest` and `HttpContent` objects up to the end of one request, then holds back
/// until {@link #next}. At the first violation it emits a {@link Refusal} and discards everything
/// after it. Trailers are checked and dropped. Source: RFC 9112 §2–7.
public final class StrictRequestDecoder extends ByteToMessageDecoder {

  private static final int LONGEST_CHUNK_LINE = 256;
  private static final int LONGEST_TRAILERS = 8 * 1024;
  private static final int MOST_SIZE_DIGITS = 15;
  private static final int MOST_LENGTH_DIGITS = 18;

  private enum State {
    REQUEST_LINE,
    HEADERS,
    FIXED_BODY,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILERS,
    HELD,
    BROKEN
  }

  private final HttpLimits limits;
  private State state = State.REQUEST_LINE;
  private @Nullable HttpRequest request;
  private long remaining;
  private int headBytes;
  private int scanned;

  public StrictRequestDecoder(HttpLimits limits) {
    this.limits = limits;
    setCumulator(MERGE_CUMULATOR);
  }

  /// Whether a whole request has been emitted and nothing after it.
  public boolean isHeld() {
    return state == State.HELD;
  }

  /// Drops everything that still comes.
  public void discard() {
    state = State.BROKEN;
  }

  /// Whether the head of a request has begun and not ended.
  public boolean isInsideHead() {
    return state == State.HEADERS || (state == State.REQUEST_LINE && actualReadableBytes() > 0);
  }

  /// Reads on by itself only inside a head: bodies are read when there is room for them, and what
  /// follows a request when it is asked for.
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    discardSomeReadBytes();
    boolean atHead = state == State.REQUEST_LINE || state == State.HEADERS;
    if (atHead && !ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
    ctx.fireChannelReadComplete();
  }

  /// Goes on with the next request, whose bytes may have been read already.
  public void next(ChannelHandlerContext own) throws Exception {
    if (state == State.HELD) {
      state = State.REQUEST_LINE;
      channelRead(own, Unpooled.EMPTY_BUFFER);
      channelReadComplete(own);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    try {
      step(in, out);
    } catch (MalformedRequestException malformed) {
      state = State.BROKEN;
      in.skipBytes(in.readableBytes());
      out.add(malformed.refusal());
    }
  }

  private void step(ByteBuf in, List<Object> out) {
    switch (state) {
      case REQUEST_LINE -> requestLine(in);
      case HEADERS -> headers(in, out);
      case FIXED_BODY -> body(in, out);
      case CHUNK_SIZE -> chunkSize(in);
      case CHUNK_DATA -> body(in, out);
      case CHUNK_END -> chunkEnd(in);
      case TRAILERS -> trailers(in, out);
      case HELD -> {}
      case BROKEN -> in.skipBytes(in.readableBytes());
    }
  }

  private void requestLine(ByteBuf in) {
    if (in.readableBytes() >= 2 && in.getByte(in.readerIndex()) == '\r' && headBytes == 0) {
      // One empty line before a request is forgiven (RFC 9112 §2.2).
      headBytes = 2;
      scanned = 0;
      expectLineEnd(in);
    }
    String line = line(in, limits.requestLine(), 414, "request_line_too_long");
    if (line == null) {
      return;
    }
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    if (first <= 0 || last <= first + 1) {
      throw new MalformedRequestException(400, "malformed_request_line");
    }
    String method = line.substring(0, first);
    String target = line.substring(first + 1, last);
    if (!HeaderChars.isToken(method) || !target.chars().allMatch(HeaderChars::isTargetChar)) {
      throw new MalformedRequestException(400, "malformed_request_line");
    }
    checkVersion(line.substring(last + 1));
    request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target);
    headBytes = 0;
    state = State.HEADERS;
  }

  private static void checkVersion(String version) {
    switch (version) {
      case "HTTP/1.1" -> {}
      case "HTTP/1.0" -> throw new MalformedRequestException(426, "http_1_0");
      default -> throw new MalformedRequestException(505, "unsupported_version");
    }
  }

  private void headers(ByteBuf in, List<Object> out) {
    HttpRequest head = head();
    String line = line(in, limits.headerBytes() - headBytes, 431, "headers_too_large");
    while (line != null) {
      if (line.isEmpty()) {
        request = null;
        headBytes = 0;
        frame(head);
        out.add(head);
        if (state == State.HELD) {
          out.add(new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER));
        }
        return;
      }
      headBytes += line.length() + 2;
      addHeader(head, line);
      line = line(in, limits.headerBytes() - headBytes, 431, "headers_too_large");
    }
  }

  private HttpRequest head() {
    HttpRequest head = request;
    if (head == null) {
      throw new IllegalStateException("no request line was read");
    }
    return head;
  }

  private void addHeader(HttpRequest head, String line) {
    int colon = line.indexOf(':');
    if (colon <= 0 || !HeaderChars.isToken(line.substring(0, colon))) {
      throw new MalformedRequestException(400, "malformed_header");
    }
    String value = trimmed(line, colon + 1);
    if (!HeaderChars.isValue(value)) {
      throw new MalformedRequestException(400, "malformed_header");
    }
    if (head.headers().size() >= limits.headers()) {
      throw new MalformedRequestException(431, "too_many_headers");
    }
    head.headers().add(line.substring(0, colon), value);
  }

  private static String trimmed(String line, int start) {
    int from = start;
    int to = line.length();
    while (from < to && isBlank(line.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(line.charAt(to - 1))) {
      to--;
    }
    return line.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private void frame(HttpRequest head) {
    List<String> lengths = head.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
    List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (!lengths.isEmpty() && !codings.isEmpty()) {
      throw new MalformedRequestException(400, "both_length_and_encoding");
    }
    if (!codings.isEmpty()) {
      if (codings.size() != 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        throw new MalformedRequestException(400, "unsupported_transfer_encoding");
      }
      state = State.CHUNK_SIZE;
      return;
    }
    remaining = lengths.isEmpty() ? 0 : contentLength(lengths);
    state = remaining == 0 ? State.HELD : State.FIXED_BODY;
  }

  private static long contentLength(List<String> lengths) {
    String text = lengths.getFirst();
    boolean valid =
        lengths.size() == 1
            && !text.isEmpty()
            && text.length() <= MOST_LENGTH_DIGITS
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!valid) {
      throw new MalformedRequestException(400, "invalid_content_length");
    }
    return Long.parseLong(text);
  }

  private void body(ByteBuf in, List<Object> out) {
    int size = (int) Math.min(in.readableBytes(), remaining);
    if (size == 0) {
      return;
    }
    remaining -= size;
    ByteBuf data = in.readRetainedSlice(size);
    if (remaining > 0) {
      out.add(new DefaultHttpContent(data));
    } else if (state == State.CHUNK_DATA) {
      state = State.CHUNK_END;
      out.add(new DefaultHttpContent(data));
    } else {
      state = State.HELD;
      out.add(new DefaultLastHttpContent(data));
    }
  }

  private void chunkSize(ByteBuf in) {
    String line = line(in, LONGEST_CHUNK_LINE, 400, "malformed_chunk");
    if (line == null) {
      return;
    }
    int digits = 0;
    while (digits < line.length() && Character.digit(line.charAt(digits), 16) >= 0) {
      digits++;
    }
    boolean extended = digits < line.length() && line.charAt(digits) == ';';
    boolean valid =
        digits > 0
            && digits <= MOST_SIZE_DIGITS
            && (extended || digits == line.length())
            && HeaderChars.isValue(line);
    if (!valid) {
      throw new MalformedRequestException(400, "malformed_chunk");
    }
    remaining = Long.parseLong(line.substring(0, digits), 16);
    state = remaining == 0 ? State.TRAILERS : State.CHUNK_DATA;
  }

  private void chunkEnd(ByteBuf in) {
    if (in.readableBytes() >= 2) {
      expectLineEnd(in);
      state = State.CHUNK_SIZE;
    }
  }

  private void trailers(ByteBuf in, List<Object> out) {
    String line = line(in, LONGEST_TRAILERS - headBytes, 431, "trailers_too_large");
    while (line != null) {
      if (line.isEmpty()) {
        headBytes = 0;
        state = State.HELD;
        out.add(new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER));
        return;
      }
      headBytes += line.length() + 2;
      int colon = line.indexOf(':');
      if (colon <= 0 || !HeaderChars.isToken(line.substring(0, colon))) {
        throw new MalformedRequestException(400, "malformed_trailer");
      }
      line = line(in, LONGEST_TRAILERS - headBytes, 431, "trailers_too_large");
    }
  }

  private static void expectLineEnd(ByteBuf in) {
    if (in.readByte() != '\r' || in.readByte() != '\n') {
      throw new MalformedRequestException(400, "missing_line_end");
    }
  }

  /// The next line without its CRLF; null when it is not complete yet.
  private @Nullable String line(ByteBuf in, int longest, int status, String tooLong) {
    int start = in.readerIndex();
    int from = start + scanned;
    int end = in.indexOf(from, in.writerIndex(), (byte) '\n');
    int length = (end < 0 ? in.writerIndex() : end - 1) - start;
    if (length > longest) {
      throw new MalformedRequestException(status, tooLong);
    }
    if (end < 0) {
      scanned = in.readableBytes();
      return null;
    }
    scanned = 0;
    if (length < 0 || in.getByte(end - 1) != '\r') {
      throw new MalformedRequestException(400, "bare_line_feed");
    }
    String line = in.toString(start, length, StandardCharsets.ISO_8859_1);
    if (line.indexOf('\r') >= 0 || line.indexOf('\0') >= 0) {
      throw new MalformedRequestException(400, "control_character");
    }
    in.readerIndex(end + 1);
    return line;
  }
}
