package dev.sluice.cli.demo;

/// One attempt: who dials what with which request, and what should come of it.
sealed interface Probe {

  /// The client's short name.
  String client();

  /// The target's short name.
  String target();

  /// The request in a few words.
  String what();

  HttpCall call();

  Expectation expected();

  /// Through the client's ztunnel.
  record Meshed(Shop.Way way, Sense sense, HttpCall call, String note, Expectation expected)
      implements Probe {

    /// What the decision is about.
    enum Sense {
      /// The request, at the waypoint.
      REQUEST,
      /// The connection, at the ztunnel of the target.
      CONNECTION
    }

    @Override
    public String client() {
      return way.client().app();
    }

    @Override
    public String target() {
      return way.target().name();
    }

    @Override
    public String what() {
      return switch (sense) {
        case REQUEST -> call.method() + " " + call.path() + (note.isEmpty() ? "" : " " + note);
        case CONNECTION -> note.isEmpty() ? "TCP" : "TCP " + note;
      };
    }
  }

  /// To a pod, without any proxy on the client's side: plaintext.
  record Plaintext(Shop.Pod from, Shop.Pod pod, Expectation expected) implements Probe {
    @Override
    public String client() {
      return from.app();
    }

    @Override
    public String target() {
      return pod.app();
    }

    @Override
    public String what() {
      return "TCP in plaintext";
    }

    @Override
    public HttpCall call() {
      return HttpCall.get("/");
    }
  }
}
