package org.staccato.trainer.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.EvaluationResult.Metrics;

/**
 * The tables of a {@link Section.Comparison}: for each cutoff one of the hits and one of the lists,
 * each narrow enough for a telephone.
 */
final class ComparisonTables {
  private ComparisonTables() {}

  /** Writes the tables, those of the hits first. */
  static void write(StringBuilder html, Section.Comparison section) {
    if (!section.note().isEmpty()) {
      html.append("<p>" + Report.escape(section.note()) + "</p>\n");
    }
    List<EvaluationResult> results = section.results();
    if (results.isEmpty()) {
      return;
    }
    html.append("<div class=\"tables\">\n");
    for (int cutoff = 0; cutoff < results.getFirst().metrics().size(); cutoff++) {
      table(html, "model", results, cutoff, measures(Measure.Subject.HITS, results, cutoff));
    }
    for (int cutoff = 0; cutoff < results.getFirst().metrics().size(); cutoff++) {
      String lists = "lists of " + results.getFirst().metrics().get(cutoff).cutoff();
      table(html, lists, results, cutoff, measures(Measure.Subject.LISTS, results, cutoff));
    }
    html.append("</div>\n");
  }

  /** Returns the measures of a subject that at least one model has. */
  private static List<Measure> measures(
      Measure.Subject subject, List<EvaluationResult> results, int cutoff) {
    return Arrays.stream(Measure.values())
        .filter(measure -> measure.subject == subject)
        .filter(
            measure ->
                results.stream()
                    .anyMatch(result -> !Double.isNaN(measure.of(result.metrics().get(cutoff)))))
        .toList();
  }

  private static void table(
      StringBuilder html,
      String corner,
      List<EvaluationResult> results,
      int cutoff,
      List<Measure> measures) {
    html.append("<div class=\"scroll\"><table class=\"results\"><thead><tr>")
        .append("<th>" + corner + "</th>");
    String k = String.valueOf(results.getFirst().metrics().get(cutoff).cutoff());
    for (Measure measure : measures) {
      html.append("<th title=\"" + Report.escape(measure.meaning) + "\">")
          .append(measure.headingAt(k) + "</th>");
    }
    html.append("</tr></thead><tbody>\n");
    for (EvaluationResult result : results) {
      html.append("<tr><td>" + Report.escape(result.model()) + "</td>");
      for (Measure measure : measures) {
        double value = measure.of(result.metrics().get(cutoff));
        String text = number(value);
        boolean best =
            measure.subject == Measure.Subject.HITS
                && text.equals(number(best(results, cutoff, measure)))
                && value > 0;
        html.append(best ? "<td class=\"best\"><b>" : "<td>")
            .append(text)
            .append(best ? "</b></td>" : "</td>");
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

  private static String number(double value) {
    return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, "%.4f", value);
  }

  /** {@return the meaning of the measures} */
  static Section.Facts meanings() {
    return new Section.Facts(
        "The measures",
        Arrays.stream(Measure.values())
            .map(measure -> new Section.Fact(measure.headingAt("k"), measure.meaning))
            .toList());
  }

  /** The columns. */
  private enum Measure {
    HIT_RATE(
        Subject.HITS,
        "HR",
        "hit rate: the share of cases whose item is among the first k; equal to recall"),
    MRR(Subject.HITS, "MRR", "mean reciprocal rank: a case counts 1/rank, and 0 beyond k"),
    NDCG(
        Subject.HITS,
        "NDCG",
        "normalised discounted cumulative gain: 1/log₂(rank + 1), and 0 beyond k"),
    COVERAGE(
        Subject.HITS,
        "cover",
        "coverage: the share of the catalogue that is among the first k of any case"),
    GINI(
        Subject.LISTS,
        "Gini",
        "Gini coefficient of the items' recommendations: 0 if all get equally many"),
    NOVELTY(
        Subject.LISTS,
        "novelty",
        "mean −log₂ of the recommended items' shares of the training events, in bits"),
    DIVERSITY(
        Subject.LISTS,
        "diversity",
        "mean cosine distance of the embeddings of two items of a list"),
    COLD(Subject.LISTS, "cold", "the share of recommendations of items without a training event");

    private final Subject subject;
    private final String heading;
    private final String meaning;

    Measure(Subject subject, String heading, String meaning) {
      this.subject = subject;
      this.heading = heading;
      this.meaning = meaning;
    }

    /** Returns the heading of a column; that of a list's table says elsewhere how long it is. */
    String headingAt(String k) {
      return subject == Subject.HITS ? heading + "@" + k : heading;
    }

    double of(Metrics metrics) {
      return switch (this) {
        case HIT_RATE -> metrics.hitRate();
        case MRR -> metrics.mrr();
        case NDCG -> metrics.ndcg();
        case COVERAGE -> metrics.lists().coverage();
        case GINI -> metrics.lists().gini();
        case NOVELTY -> metrics.lists().novelty().orElse(Double.NaN);
        case DIVERSITY -> metrics.lists().diversity().orElse(Double.NaN);
        case COLD -> metrics.lists().coldShare().orElse(Double.NaN);
      };
    }

    /** What a measure is about. */
    private enum Subject {
      /** The models' hits: more is better, and the best is marked. */
      HITS,
      /** The lists as they are: the figures describe and do not judge. */
      LISTS
    }
  }
}
