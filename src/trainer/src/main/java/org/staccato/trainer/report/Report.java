package org.staccato.trainer.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.staccato.storage.AtomicFile;
import org.staccato.storage.Storage;

/**
 * A report as one HTML file, without scripts and without external resources, legible on light and
 * dark screens and in print. Every text is escaped, so names from a log or a path cannot become
 * markup.
 *
 * @param title the title of the page
 * @param subtitles the lines below it
 * @param highlights the main figures, shown at the top
 * @param sections the parts, in order
 */
public record Report(
    String title, List<String> subtitles, List<Section.Fact> highlights, List<Section> sections) {

  /** The length above which a value is aligned to the left. */
  private static final int LONGEST_FIGURE = 40;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --ink: #1c2430;
        --soft: #5b6675; --rule: #e3e7ec; --line: #0068b5; --mark: #c2410c; --best: #dcefe4;
        --bestink: #0b5c3a; }
      @media (prefers-color-scheme: dark) { :root { --page: #0e1116; --card: #171c23;
        --ink: #e8ecf1; --soft: #9aa6b5; --rule: #2a323d; --line: #5eb1ff; --mark: #ff9457;
        --best: #143a2a; --bestink: #7fe0b2; } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--page); color: var(--ink);
        font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
      main { max-width: 1120px; margin: 0 auto; padding: 40px 24px 64px; }
      h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -.01em; }
      h1, p, dt, dd, li { overflow-wrap: anywhere; }
      h2 { font-size: 17px; margin: 0 0 12px; }
      p { margin: 0; color: var(--soft); }
      .highlights { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
        gap: 12px; margin: 24px 0 16px; }
      .highlights div, section { background: var(--card); border: 1px solid var(--rule);
        border-radius: 10px; }
      .highlights div { padding: 14px 16px; }
      .highlights dt { color: var(--soft); font-size: 13px; }
      .highlights dd { margin: 2px 0 0; font-size: 22px; font-weight: 600; }
      section { padding: 18px 20px 20px; margin-top: 16px; }
      section { min-width: 0; } section > p { margin: -8px 0 12px; }
      .pair { display: grid; gap: 0 16px;
        grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); }
      .tables { display: grid; gap: 16px 40px;
        grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); }
      .examples { display: grid; gap: 16px 28px; font-size: 14px;
        grid-template-columns: repeat(auto-fit, minmax(min(280px, 100%), 1fr)); }
      .examples ol { margin: 4px 0; padding-left: 24px; }
      .warnings { margin: 0; padding-left: 20px; color: var(--mark); }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th { font-weight: 500; color: var(--soft); font-size: 13px; }
      th, td { padding: 6px 10px; border-bottom: 1px solid var(--rule); text-align: right;
        white-space: nowrap; }
      th:first-child, td:first-child { text-align: left; padding-left: 0; }
      tr:last-child td { border-bottom: 0; }
      .results { font-size: 14px; } .results th, .results td { padding: 6px 7px; }
      .results td:first-child { white-space: normal; }
      .results tbody tr:first-child td:first-child { font-weight: 600; }
      .best b { background: var(--best); color: var(--bestink); font-weight: 600;
        padding: 2px 5px; margin: 0 -5px; border-radius: 5px; }
      .facts td { white-space: normal; overflow-wrap: anywhere; vertical-align: top; }
      .facts td:first-child { color: var(--soft); font-weight: 400; width: 44%; }
      .facts td:last-child { padding-right: 0; }
      .prose td:last-child { text-align: left; } .prose td:first-child { width: 28%; }
      .curves { display: grid; gap: 16px 28px;
        grid-template-columns: repeat(auto-fit, minmax(min(380px, 100%), 1fr)); }
      figure { margin: 0; min-width: 0; } figcaption { color: var(--soft); font-size: 13px; }
      svg { display: block; width: 100%; height: auto; }
      svg text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: var(--soft); }
      svg .grid { stroke: var(--rule); } svg .axis { stroke: var(--soft); }
      svg .line { fill: none; stroke: var(--line); stroke-width: 2.25; stroke-linejoin: round; }
      svg .dot { fill: var(--line); } svg .marked { fill: var(--mark); }
      svg .markedtext { fill: var(--mark); font-weight: 600; }
      @media (max-width: 480px) { main { padding: 24px 12px 40px; } section { padding: 14px; }
        h1 { font-size: 23px; } .results { font-size: 13px; }
        .results th, .results td { padding: 6px 3px; } .results th { font-size: 12px; }
        .results .best b { padding: 2px; margin: 0 -2px; } }
      @media print { body { background: none; } section { break-inside: avoid; } }
      """;

  /** Copies the lists. */
  public Report {
    subtitles = List.copyOf(subtitles);
    highlights = List.copyOf(highlights);
    sections = List.copyOf(sections);
  }

  /**
   * Writes the report.
   *
   * @param path the HTML file to write; an existing one is replaced as a whole or not at all
   * @throws IOException if it cannot be written
   */
  public void write(Path path) throws IOException {
    Storage storage = new Storage() {};
    byte[] bytes = html().getBytes(StandardCharsets.UTF_8);
    new AtomicFile(path, ".staccato-", storage)
        .write(
            channel -> {
              storage.write(channel, ByteBuffer.wrap(bytes), 0);
              return bytes.length;
            });
  }

  /** {@return the report as an HTML document} */
  public String html() {
    StringBuilder html = new StringBuilder(32 * 1024);
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>" + escape(title) + "</title>\n")
        .append("<style>\n" + STYLE + "</style>\n</head>\n<body>\n<main>\n")
        .append("<h1>" + escape(title) + "</h1>\n");
    for (String line : subtitles) {
      html.append("<p class=\"subtitle\">" + escape(line) + "</p>\n");
    }
    if (!highlights.isEmpty()) {
      html.append("<dl class=\"highlights\">\n");
      for (Section.Fact each : highlights) {
        html.append("<div><dt>" + escape(each.name()) + "</dt><dd>")
            .append(escape(each.value()) + "</dd></div>\n");
      }
      html.append("</dl>\n");
    }
    boolean pair = false;
    for (Section section : sections) {
      boolean narrow = section instanceof Section.Facts;
      if (narrow != pair) {
        html.append(narrow ? "<div class=\"pair\">\n" : "</div>\n");
        pair = narrow;
      }
      html.append("<section>\n<h2>" + escape(section.title()) + "</h2>\n");
      switch (section) {
        case Section.Warnings warnings -> warnings(html, warnings);
        case Section.Facts facts -> facts(html, facts);
        case Section.Examples examples -> examples(html, examples);
        case Section.Curves curves -> curves(html, curves);
        case Section.Comparison comparison -> ComparisonTables.write(html, comparison);
      }
      html.append("</section>\n");
    }
    if (pair) {
      html.append("</div>\n");
    }
    return html.append("</main>\n</body>\n</html>\n").toString();
  }

  private static void warnings(StringBuilder html, Section.Warnings section) {
    html.append("<ul class=\"warnings\">\n");
    for (String sentence : section.sentences()) {
      html.append("<li>" + escape(sentence) + "</li>\n");
    }
    html.append("</ul>\n");
  }

  private static void facts(StringBuilder html, Section.Facts section) {
    boolean prose =
        section.facts().stream().anyMatch(fact -> fact.value().length() > LONGEST_FIGURE);
    html.append("<table class=\"facts" + (prose ? " prose" : "") + "\"><tbody>\n");
    for (Section.Fact fact : section.facts()) {
      html.append("<tr><td>" + escape(fact.name()) + "</td><td>")
          .append(escape(fact.value()) + "</td></tr>\n");
    }
    html.append("</tbody></table>\n");
  }

  private static void curves(StringBuilder html, Section.Curves section) {
    html.append("<div class=\"curves\">\n");
    for (Section.Curve curve : section.curves()) {
      html.append("<figure><figcaption>" + escape(curve.name()) + "</figcaption>\n")
          .append(CurveDrawing.svg(curve))
          .append("</figure>\n");
    }
    html.append("</div>\n");
  }

  private static void examples(StringBuilder html, Section.Examples section) {
    html.append("<p>" + escape(section.note()) + "</p>\n<div class=\"examples\">\n");
    for (Section.Example each : section.examples()) {
      html.append("<div><p>after " + escape(each.lastOfHistory()) + "</p>\n<ol>");
      for (String item : each.recommended()) {
        html.append(item.equals(each.next()) ? "<li class=\"best\"><b>" : "<li>")
            .append(escape(item))
            .append(item.equals(each.next()) ? "</b></li>" : "</li>");
      }
      html.append("</ol>\n<p>" + escape(each.outcome()) + "</p></div>\n");
    }
    html.append("</div>\n");
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
