package dev.sluice.cli.demo;

/// What the client of an attempt saw.
sealed interface Answer {

  Decision decision();

  /// As few words as possible.
  String text();

  /// An HTTP answer.
  record Replied(HttpDial.Reply reply) implements Answer {
    @Override
    public Decision decision() {
      return Decision.ofStatus(reply.status());
    }

    @Override
    public String text() {
      return Integer.toString(reply.status());
    }
  }

  /// The connection ended without an answer.
  record Cut(String how) implements Answer {
    @Override
    public Decision decision() {
      return Decision.DENY;
    }

    @Override
    public String text() {
      return "cut";
    }
  }

  /// No answer in time.
  record Silence() implements Answer {
    @Override
    public Decision decision() {
      return Decision.UNCLEAR;
    }

    @Override
    public String text() {
      return "silent";
    }
  }
}
