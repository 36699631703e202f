package dev.sluice.waypoint.decision;

import dev.sluice.engine.route.HttpRoute.HeaderEdits;
import dev.sluice.runtime.mesh.Endpoint;
import dev.sluice.runtime.mesh.Service;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What becomes of a request. The headers of a forwarded request have been edited in place.
public sealed interface Judgement {

  Trace trace();

  /// It goes to an endpoint, with this target; `timeout` null means none.
  record Forward(
      Endpoint endpoint,
      Application application,
      String target,
      List<HeaderEdits> responseEdits,
      @Nullable Duration timeout,
      Trace trace)
      implements Judgement {
    public Forward {
      responseEdits = List.copyOf(responseEdits);
    }
  }

  /// It is answered here.
  record Answer(int status, Map<String, String> headers, String body, Trace trace)
      implements Judgement {
    public Answer {
      headers = Map.copyOf(headers);
    }
  }

  /// The Service port a request is forwarded to, which says what protocol its endpoints speak.
  record Application(Service service, int port) {}
}
