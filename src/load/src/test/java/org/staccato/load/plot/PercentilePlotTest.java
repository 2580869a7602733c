package org.staccato.load.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.staccato.load.latency.LatencySeries;
import org.staccato.testkit.RandomSeed;

class PercentilePlotTest {

  private static LatencySeries series(String name, double medianNanos, int count) {
    Random random = RandomSeed.random(1);
    Histogram histogram = new Histogram(3);
    for (int i = 0; i < count; i++) {
      histogram.recordValue((long) (medianNanos * Math.exp(random.nextGaussian() * 0.2)));
    }
    histogram.recordValue((long) (medianNanos * 300));
    return new LatencySeries(name, histogram);
  }

  @Test
  void drawsOneLineForEachSeries() throws Exception {
    List<LatencySeries> three =
        List.of(
            series("step", 300, 100_000),
            series("top-10", 9_000, 50_000),
            series("step + top-10", 9_400, 50_000));
    SvgDocument svg = SvgDocument.of(new PercentilePlot("Latency", "4,000 items", three));
    assertEquals("svg", svg.document().getDocumentElement().getTagName());
    assertEquals(3, svg.elements("polyline", "").size());
  }

  @Test
  void notesWhereAndWhenAtItsFoot() throws Exception {
    String note = "a processor, 2 cores, 2026-01-01";
    SvgDocument svg =
        SvgDocument.of(new PercentilePlot("t", "s", note, List.of(series("one", 100, 10))));
    assertTrue(svg.text().contains(note));
  }

  @Test
  void escapesItsTexts() throws Exception {
    String name = "<a & \"b\">";
    SvgDocument svg =
        SvgDocument.of(new PercentilePlot(name, name, List.of(series(name, 100, 10))));
    assertTrue(svg.text().contains(name));
  }

  @Test
  void staysInsideThePictureForAnySpread() throws Exception {
    for (double median : new double[] {1, 15, 1_000, 1e9}) {
      SvgDocument svg =
          SvgDocument.of(new PercentilePlot("t", "s", List.of(series("one", median, 3))));
      String points = svg.elements("polyline", "").getFirst().getAttribute("points");
      for (String point : points.trim().split(" ", -1)) {
        double y = Double.parseDouble(point.substring(point.indexOf(',') + 1));
        assertTrue(y >= 0 && y <= 480, "median " + median + ": " + point);
      }
    }
  }

  @Test
  void refusesNoSeries() {
    assertThrows(IllegalArgumentException.class, () -> new PercentilePlot("t", "s", List.of()));
  }
}
