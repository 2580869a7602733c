package org.staccato.trainer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.trainer.evaluate.CaseRanks;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.EvaluationResult.Metrics;
import org.staccato.trainer.evaluate.ListMeasures;

class ReportTest {

  private static final OptionalDouble DIVERSITY = OptionalDouble.of(0.75);

  private static ListMeasures lists(double coverage, OptionalDouble diversity) {
    return new ListMeasures(coverage, 0.5, OptionalDouble.of(9), diversity, OptionalDouble.of(0));
  }

  private static EvaluationResult result(String model, double hitRate, double coverage) {
    return result(model, hitRate, coverage, DIVERSITY);
  }

  private static EvaluationResult result(
      String model, double hitRate, double coverage, OptionalDouble diversity) {
    return new EvaluationResult(
        model,
        1000,
        List.of(
            new Metrics(5, hitRate / 2, hitRate / 4, hitRate / 3, lists(coverage / 2, diversity)),
            new Metrics(10, hitRate, hitRate / 3, hitRate / 2, lists(coverage, diversity))),
        CaseRanks.none());
  }

  private static String comparison(EvaluationResult... results) {
    Section.Comparison section = new Section.Comparison("test", "", List.of(results));
    return new Report("t", List.of("s"), List.of(), List.of(section)).html();
  }

  private static Report report(String name) {
    return new Report(
        name,
        List.of(name),
        List.of(new Section.Fact(name, name)),
        List.of(
            new Section.Facts(name, List.of(new Section.Fact(name, name))),
            new Section.Warnings(List.of(name)),
            new Section.Examples(
                name,
                name,
                List.of(new Section.Example(List.of(name), List.of(name, "other"), name))),
            new Section.Curves(
                name, List.of(new Section.Curve(name, List.of(3.0, 2.0, Double.NaN, 1.5), 4))),
            new Section.Comparison(
                name, name, List.of(result(name, 0.3, 0.5), result("other", 0.2, 0.6)))));
  }

  @Test
  void marksTheBestOfEveryColumn() {
    String html = comparison(result("a", 0.3, 0.5), result("b", 0.2, 0.6));
    assertTrue(html.contains("<td class=\"best\"><b>0.3000</b></td>"));
    assertTrue(html.contains("<td class=\"best\"><b>0.6000</b></td>"));
    assertTrue(html.contains("<td>0.2000</td>"));
    for (String heading : List.of("HR", "MRR", "NDCG", "cover")) {
      assertTrue(html.contains(">" + heading + "@5</th>"), heading);
      assertTrue(html.contains(">" + heading + "@10</th>"), heading);
    }
  }

  @Test
  void noTableHasMoreColumnsThanANarrowScreenHolds() {
    String html = comparison(result("a", 0.3, 0.5), result("b", 0.2, 0.6));
    List<String> tables =
        Pattern.compile("<table class=\"results\">.*?</thead>", Pattern.DOTALL)
            .matcher(html)
            .results()
            .map(found -> found.group())
            .toList();
    assertEquals(2 * 2, tables.size(), "one of the hits and one of the lists at each cutoff");
    for (String table : tables) {
      assertEquals(4, Pattern.compile("<th title").matcher(table).results().count(), table);
    }
  }

  @Test
  void leavesOutAMeasureThatNoModelHas() {
    EvaluationResult without = result("a", 0.3, 0.5, OptionalDouble.empty());
    assertFalse(comparison(without, without).contains(">diversity</th>"));
    String html = comparison(without, result("b", 0.2, 0.6));
    assertTrue(html.contains(">diversity</th>"), html);
    assertTrue(html.contains("<td>–</td>"), html);
  }

  @Test
  void marksWhatCameNextAmongTheRecommendations() {
    Section.Example met =
        new Section.Example(List.of("a", "b", "c", "d", "e", "f"), List.of("x", "y"), "y");
    assertEquals("… b, c, d, e, f", met.lastOfHistory());
    assertEquals("then came y, number 2", met.outcome());
    Section.Example missed = new Section.Example(List.of("a"), List.of("x"), "z");
    assertEquals("a", missed.lastOfHistory());
    assertEquals("then came z, which is not among them", missed.outcome());
    Section.Examples section = new Section.Examples("t", "n", List.of(met, missed));
    String html = new Report("t", List.of(), List.of(), List.of(section)).html();
    assertTrue(html.contains("<li>x</li><li class=\"best\"><b>y</b></li>"), html);
  }

  @Test
  void explainsEveryMeasureThatItShows() {
    String html = report("run").html();
    for (Section.Fact measure : Section.Comparison.measures().facts()) {
      assertTrue(html.contains(measure.name().replace("@k", "@5") + "</th>"), measure.name());
      assertTrue(html.contains("title=\"" + Report.escape(measure.value()) + "\""), html);
    }
  }

  @Test
  void noColumnIsWiderThanANarrowScreen() {
    // A minimum width in pixels makes a grid overflow, unless the width of the page limits it.
    String bounded = report("run").html().replaceAll("min\\(\\d+px, 100%\\)", "");
    assertEquals(
        List.of("minmax(150px"),
        Pattern.compile("minmax\\(\\d+px").matcher(bounded).results().map(r -> r.group()).toList());
  }

  @Test
  void escapesEveryText() {
    String html = report("<script>alert('&\"')</script>").html();
    assertFalse(html.contains("<script"), html);
    assertFalse(html.contains("alert('"), html);
  }

  @Test
  void refersToNothingOutsideItself() {
    String html = report("a name").html();
    assertFalse(Pattern.compile("https?://|src=|href=|@import|url\\(").matcher(html).find());
  }

  @Test
  void leavesOutWhatIsNotFinite() {
    String html = report("loss").html();
    assertFalse(html.contains("NaN"), html);
    assertTrue(html.contains("<title>epoch 4: 1.5000</title>"), html);
  }

  @Test
  void drawsCurvesOfAnyLength() {
    for (int epochs : new int[] {0, 1, 2, 15, 16, 17, 100}) {
      List<Double> values =
          java.util.stream.IntStream.range(0, epochs).mapToObj(i -> 5.0 / (i + 1)).toList();
      String svg = CurveDrawing.svg(new Section.Curve("loss", values, epochs));
      assertEquals(epochs, svg.split("<circle", -1).length - 1, "circles of " + epochs);
      assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
    }
    assertFalse(CurveDrawing.svg(new Section.Curve("flat", List.of(0.0, 0.0), 0)).contains("NaN"));
  }

  @Test
  void writesOneFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("report.html");
    Report report = report("run");
    report.write(file);
    assertEquals(report.html(), Files.readString(file));
  }
}
