package dev.sluice.cli.demo;

import java.util.List;

/// The demo cannot go on: something it needs is missing, broken or dead.
final class DemoFailure extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient List<String> details;

  DemoFailure(String message, List<String> details) {
    super(message);
    this.details = List.copyOf(details);
  }

  /// Lines that help to find the cause, for example the end of a log.
  List<String> details() {
    return details;
  }
}
