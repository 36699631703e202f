package dev.sluice.cli.format;

import dev.sluice.cli.terminal.Escapes;
import java.util.List;

/// A Markdown comment on a pull request in the making.
///
/// Whatever is added is escaped: names from files become text, never markup, links, mentions or
/// references. The comment is cut between its parts before it exceeds what GitHub takes, and says
/// so. Source: GitHub Flavored Markdown, §2.5 for character references.
public final class Comment {
  /// Characters that GitHub takes for one comment.
  public static final int LIMIT = 65_536;

  private static final int RESERVE = 256;
  private static final String PUNCTUATION = "\\`*_{}[]#+!|~$\"'=^";

  private final StringBuilder text = new StringBuilder();
  private int leftOut;

  /// Starts with a mark, invisible when rendered, by which a job finds its earlier comment again.
  public Comment(String mark) {
    text.append("<!-- ").append(mark).append(" -->\n");
  }

  /// Adds a heading.
  public Comment heading(String words) {
    return part("\n### " + plain(words) + "\n\n");
  }

  /// Adds a paragraph.
  public Comment paragraph(String words) {
    return part(words(words) + "\n\n");
  }

  /// Adds the head of a table; rows follow.
  public Comment table(List<String> titles) {
    String rule = "|" + "---|".repeat(titles.size()) + "\n";
    return part("\n" + cells(titles) + rule);
  }

  /// Adds a row to the table begun last.
  public Comment row(List<String> cells) {
    return part(cells(cells));
  }

  /// Adds a line that opens to reveal `code` as it stands and paragraphs below it; both may be
  /// empty.
  public Comment details(String summary, List<String> code, List<String> paragraphs) {
    var part = new StringBuilder("<details><summary>" + words(summary) + "</summary>\n\n");
    if (!code.isEmpty()) {
      part.append(fenced(code));
    }
    paragraphs.forEach(words -> part.append(words(words)).append("\n\n"));
    return part(part.append("</details>\n").toString());
  }

  private Comment part(String part) {
    if (leftOut > 0 || text.length() + part.length() > LIMIT - RESERVE) {
      leftOut++;
    } else {
      text.append(part);
    }
    return this;
  }

  /// The comment, at most {@link #LIMIT} characters long.
  @Override
  public String toString() {
    return leftOut == 0
        ? text.toString()
        : text
            + "\n**"
            + leftOut
            + (leftOut == 1 ? " part was" : " parts were")
            + " left out: a comment may have "
            + LIMIT
            + " characters. The other formats have everything.**\n";
  }

  private static String cells(List<String> cells) {
    var row = new StringBuilder("|");
    cells.forEach(cell -> row.append(' ').append(words(cell)).append(" |"));
    return row.append('\n').toString();
  }

  /// A fence longer than any in the code, so that nothing in it ends the block.
  private static String fenced(List<String> code) {
    int longest = 0;
    for (String line : code) {
      int run = 0;
      for (int i = 0; i < line.length(); i++) {
        run = line.charAt(i) == '`' ? run + 1 : 0;
        longest = Math.max(longest, run);
      }
    }
    String fence = "`".repeat(Math.max(3, longest + 1));
    var block = new StringBuilder(fence + "\n");
    code.forEach(line -> block.append(Escapes.visible(line)).append('\n'));
    return block.append(fence).append("\n\n").toString();
  }

  /// Text in which what stands in backticks is shown as code.
  static String words(String text) {
    var shown = new StringBuilder();
    String[] pieces = text.split("`", -1);
    for (int i = 0; i < pieces.length; i++) {
      boolean isCode = i % 2 == 1 && i < pieces.length - 1;
      String piece = plain(pieces[i]);
      shown.append(isCode ? "<code>" + piece + "</code>" : piece);
    }
    return shown.toString();
  }

  /// Text without any meaning to Markdown, HTML or GitHub.
  static String plain(String text) {
    var shown = new StringBuilder();
    Escapes.visible(text).codePoints().forEach(point -> append(shown, point));
    return shown.toString();
  }

  private static void append(StringBuilder shown, int point) {
    switch (point) {
      case '<' -> shown.append("&lt;");
      case '>' -> shown.append("&gt;");
      case '&' -> shown.append("&amp;");
      // GitHub looks for mentions after rendering, where a reference is a character again
      case '@' -> shown.append("@<!-- -->");
      case '#' -> shown.append("&#35;<!-- -->");
      // addresses become links at `://` and `www.`
      case '/' -> shown.append(endsWith(shown, ":") ? "<!-- -->/" : "/");
      case '.' -> shown.append(endsWith(shown, "w") || endsWith(shown, "W") ? "&#46;" : ".");
      default -> {
        if (PUNCTUATION.indexOf(point) >= 0) {
          shown.append("&#").append(point).append(';');
        } else {
          shown.appendCodePoint(point);
        }
      }
    }
  }

  private static boolean endsWith(StringBuilder text, String end) {
    return text.length() >= end.length()
        && text.substring(text.length() - end.length()).equals(end);
  }
}
