package org.staccato.trainer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.EvaluationResult.Metrics;

class ReportTest {

  private static EvaluationResult result(String model, double hitRate, double coverage) {
    return new EvaluationResult(
        model,
        1000,
        List.of(
            new Metrics(5, hitRate / 2, hitRate / 4, hitRate / 3, coverage / 2),
            new Metrics(10, hitRate, hitRate / 3, hitRate / 2, coverage)));
  }

  private static Report report(String name) {
    return new Report(
        name,
        name,
        List.of(new Section.Fact(name, name)),
        List.of(
            new Section.Facts(name, List.of(new Section.Fact(name, name))),
            new Section.Curves(
                name, List.of(new Section.Curve(name, List.of(3.0, 2.0, Double.NaN, 1.5), 4))),
            new Section.Comparison(
                name, name, List.of(result(name, 0.3, 0.5), result("other", 0.2, 0.6)))));
  }

  @Test
  void marksTheBestOfEveryColumn() {
    String html =
        new Report(
                "t",
                "s",
                List.of(),
                List.of(
                    new Section.Comparison(
                        "test", "", List.of(result("a", 0.3, 0.5), result("b", 0.2, 0.6)))))
            .html();
    assertTrue(html.contains("<td class=\"best\"><b>0.3000</b></td>"));
    assertTrue(html.contains("<td class=\"best\"><b>0.6000</b></td>"));
    assertTrue(html.contains("<td>0.2000</td>"));
    assertTrue(html.contains(">HR@10</th><th>MRR</th><th>NDCG</th><th>coverage</th>"));
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
