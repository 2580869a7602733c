package org.staccato.load.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.load.plot.BarPlot.Bar;

class BarPlotTest {

  private static BarPlot plot(List<List<Bar>> groups) {
    return new BarPlot("title", "subtitle", "µs", groups);
  }

  private static double length(SvgDocument svg, String style, int index) {
    return Double.parseDouble(svg.elements("rect", style).get(index).getAttribute("width"));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.003, 1, 7, 1e6})
  void equalRatiosOfValuesAreEqualDifferencesOfLengths(double least) throws Exception {
    SvgDocument svg =
        SvgDocument.of(
            plot(
                List.of(
                    List.of(new Bar("a", least, false), new Bar("b", 3 * least, false)),
                    List.of(new Bar("c", 9 * least, false), new Bar("<peer>", 9 * least, true)))));
    assertEquals(3, svg.elements("rect", "bar").size());
    assertEquals(1, svg.elements("rect", "peer").size());
    assertTrue(length(svg, "bar", 0) > 0, "the bar of the least value has a length");
    assertEquals(
        length(svg, "bar", 1) - length(svg, "bar", 0),
        length(svg, "bar", 2) - length(svg, "bar", 1),
        0.2);
    assertEquals(length(svg, "bar", 2), length(svg, "peer", 0));
    assertTrue(svg.text().contains("<peer>"));
  }

  @Test
  void refusesWhatHasNoPlaceOnALogarithmicAxis() {
    for (double value : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      List<List<Bar>> groups = List.of(List.of(new Bar("one", value, false)));
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> plot(groups));
      assertEquals(
          "one: found a value of " + value + ", expected a number above 0", refused.getMessage());
    }
    assertThrows(IllegalArgumentException.class, () -> plot(List.of(List.of())));
  }
}
