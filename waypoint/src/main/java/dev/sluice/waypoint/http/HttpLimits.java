package dev.sluice.waypoint.http;

/// How much of a message head is read, in bytes except `headers`, which counts header lines.
public record HttpLimits(int requestLine, int headerBytes, int headers) {

  /// 8 KiB of request line, 60 KiB of headers in at most 100 lines, as Envoy.
  public static HttpLimits standard() {
    return new HttpLimits(8 * 1024, 60 * 1024, 100);
  }
}
