package dev.sluice.compiler.space;

import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Credential;
import java.util.List;

/// One dimension of the diagram.
sealed interface Dimension {
  int size();

  Aspect aspect();

  Point placed(Point point, int cell);

  int cellOf(HttpRequest request);

  /// All values of one thing.
  record OfAxis(Axis<?> axis) implements Dimension {
    @Override
    public int size() {
      return axis.size();
    }

    @Override
    public Aspect aspect() {
      return axis.aspect();
    }

    @Override
    public Point placed(Point point, int cell) {
      return axis.placed(point, cell);
    }

    @Override
    public int cellOf(HttpRequest request) {
      return axis.cellOf(request);
    }
  }

  /// What the token amounts to.
  record Tokens() implements Dimension {
    static final List<Point.Token> KINDS = List.of(Point.Token.values());

    @Override
    public int size() {
      return KINDS.size();
    }

    @Override
    public Aspect aspect() {
      return new Aspect.TokenValidity();
    }

    @Override
    public Point placed(Point point, int cell) {
      return point.withToken(KINDS.get(cell));
    }

    @Override
    public int cellOf(HttpRequest request) {
      return KINDS.indexOf(kind(request.credential()));
    }

    private static Point.Token kind(Credential credential) {
      return switch (credential) {
        case Credential.Absent _ -> Point.Token.ABSENT;
        case Credential.Valid _ -> Point.Token.VALID;
        case Credential.Invalid _ -> Point.Token.INVALID;
        case Credential.WrongAudience _ -> Point.Token.WRONG_AUDIENCE;
      };
    }
  }

  /// Whether (1) or not (0) a claim has a text in one cell. A claim may be a list, so it can have
  /// texts of several cells at once.
  record HasText(List<String> path, Axis<String> axis, int cell) implements Dimension {
    @Override
    public int size() {
      return 2;
    }

    @Override
    public Aspect aspect() {
      return new Aspect.ClaimText(path, axis.examples().get(cell));
    }

    @Override
    public Point placed(Point point, int has) {
      return has == 1 ? axis.placed(point, cell) : point;
    }

    @Override
    public int cellOf(HttpRequest request) {
      boolean has =
          texts(request).stream()
              .map(text ->
                  Point.usual().withToken(Point.Token.VALID).withClaim(path, text).request())
              .anyMatch(single -> axis.cellOf(single) == cell);
      return has ? 1 : 0;
    }

    private List<String> texts(HttpRequest request) {
      ClaimValue value =
          request.credential() instanceof Credential.Valid(var claims) ? claims.at(path) : null;
      return switch (value) {
        case null -> List.of();
        case ClaimValue.Text(var text) -> List.of(text);
        case ClaimValue.Texts(var texts) -> texts;
        case ClaimValue.Nested _, ClaimValue.Other _ -> List.of();
      };
    }
  }
}
