package org.staccato.trainer.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.EvaluationResult.Metrics;

/**
 * A report as one HTML file: no script, nothing fetched, legible on light and on dark screens and
 * in print. Every text is escaped, so names from a log or a path cannot become markup.
 *
 * @param title the title of the page
 * @param subtitle one line below it
 * @param highlights the few figures to be seen first
 * @param sections the parts, in order
 */
public record Report(
    String title, String subtitle, List<Section.Fact> highlights, List<Section> sections) {

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
      section > p { margin: -8px 0 12px; }
      .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr));
        gap: 0 16px; }
      .warnings { margin: 0; padding-left: 20px; color: var(--mark); }
      .scroll { overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th { font-weight: 500; color: var(--soft); font-size: 13px; }
      th, td { padding: 6px 10px; border-bottom: 1px solid var(--rule); text-align: right;
        white-space: nowrap; }
      th:first-child, td:first-child { text-align: left; padding-left: 0; }
      tr:last-child td { border-bottom: 0; }
      .results { font-size: 14px; } .results th, .results td { padding: 6px 7px; }
      .results tbody tr:first-child td:first-child { font-weight: 600; }
      .results th[colspan] { text-align: center; color: var(--ink); }
      td.best b { background: var(--best); color: var(--bestink); font-weight: 600;
        padding: 2px 5px; margin: 0 -5px; border-radius: 5px; }
      .facts td { white-space: normal; overflow-wrap: anywhere; vertical-align: top; }
      .facts td:first-child { color: var(--soft); font-weight: 400; width: 44%; }
      .facts td:last-child { padding-right: 0; }
      .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(380px, 1fr));
        gap: 16px 28px; }
      figure { margin: 0; } figcaption { color: var(--soft); font-size: 13px; }
      svg { display: block; width: 100%; height: auto; }
      svg text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: var(--soft); }
      svg .grid { stroke: var(--rule); } svg .axis { stroke: var(--soft); }
      svg .line { fill: none; stroke: var(--line); stroke-width: 2.25; stroke-linejoin: round; }
      svg .dot { fill: var(--line); } svg .marked { fill: var(--mark); }
      svg .markedtext { fill: var(--mark); font-weight: 600; }
      @media print { body { background: none; } section { break-inside: avoid; } }
      """;

  /** Copies the lists. */
  public Report {
    highlights = List.copyOf(highlights);
    sections = List.copyOf(sections);
  }

  /**
   * Writes the report.
   *
   * @param path the HTML file to write; an existing one is replaced
   * @throws IOException if it cannot be written
   */
  public void write(Path path) throws IOException {
    Files.writeString(path, html(), StandardCharsets.UTF_8);
  }

  /** {@return the report as an HTML document} */
  public String html() {
    StringBuilder html = new StringBuilder(32 * 1024);
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>" + escape(title) + "</title>\n")
        .append("<style>\n" + STYLE + "</style>\n</head>\n<body>\n<main>\n")
        .append("<h1>" + escape(title) + "</h1>\n<p>" + escape(subtitle) + "</p>\n");
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
        case Section.Curves curves -> curves(html, curves);
        case Section.Comparison comparison -> comparison(html, comparison);
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
    html.append("<table class=\"facts\"><tbody>\n");
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

  private static void comparison(StringBuilder html, Section.Comparison section) {
    if (!section.note().isEmpty()) {
      html.append("<p>" + escape(section.note()) + "</p>\n");
    }
    if (section.results().isEmpty()) {
      return;
    }
    List<Metrics> columns = section.results().getFirst().metrics();
    html.append("<div class=\"scroll\"><table class=\"results\"><thead><tr><th></th>");
    for (Metrics at : columns) {
      html.append("<th colspan=\"4\">first " + at.cutoff() + "</th>");
    }
    html.append("</tr><tr><th>model</th>");
    for (Metrics at : columns) {
      html.append("<th title=\"hit rate, equal to recall\">HR@" + at.cutoff() + "</th>")
          .append("<th>MRR</th><th>NDCG</th><th>coverage</th>");
    }
    html.append("</tr></thead><tbody>\n");
    for (EvaluationResult result : section.results()) {
      html.append("<tr><td>" + escape(result.model()) + "</td>");
      for (int i = 0; i < columns.size(); i++) {
        for (Measure measure : Measure.values()) {
          double value = measure.of(result.metrics().get(i));
          String text = number(value);
          boolean best = text.equals(number(best(section.results(), i, measure))) && value > 0;
          html.append(best ? "<td class=\"best\"><b>" : "<td>")
              .append(text)
              .append(best ? "</b></td>" : "</td>");
        }
      }
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
  }

  private static double best(List<EvaluationResult> results, int cutoff, Measure measure) {
    double best = 0;
    for (EvaluationResult result : results) {
      best = Math.max(best, measure.of(result.metrics().get(cutoff)));
    }
    return best;
  }

  /** The columns that every cutoff has. */
  private enum Measure {
    HIT_RATE,
    MRR,
    NDCG,
    COVERAGE;

    double of(Metrics metrics) {
      return switch (this) {
        case HIT_RATE -> metrics.hitRate();
        case MRR -> metrics.mrr();
        case NDCG -> metrics.ndcg();
        case COVERAGE -> metrics.coverage();
      };
    }
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
