package org.staccato.load.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.staccato.load.plot.TimelinePlot.Line;
import org.staccato.load.plot.TimelinePlot.Marks;
import org.staccato.load.plot.TimelinePlot.Panel;
import org.staccato.load.plot.TimelinePlot.Unit;

class TimelinePlotTest {
  private static final double[] SECONDS = {0.5, 1, 1.5};

  private static Panel panel(double... values) {
    return new Panel("latency", Unit.NANOSECONDS, List.of(new Line("p99", values)));
  }

  @Test
  void drawsALineForEachSeriesAndOneForEachMark() throws Exception {
    Panel memory =
        new Panel(
            "memory", Unit.BYTES, List.of(new Line("resident", new double[] {1e6, 2e6, 3e6})));
    SvgDocument svg =
        SvgDocument.of(
            new TimelinePlot(
                "Soak <1>",
                "s",
                SECONDS,
                List.of(panel(1_000, 2_000, 1e6), memory),
                List.of(new Marks("fault", true, new double[] {0.7, 1.2, 99}))));
    assertEquals(2, svg.elements("polyline", "").size());
    // Two marks in the plot, and one in the legend.
    assertEquals(3, svg.elements("line", "fault").size());
  }

  @Test
  void refusesWhatItCannotDraw() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new TimelinePlot("t", "s", SECONDS, List.of(panel(1, 2)), List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TimelinePlot("t", "s", SECONDS, List.of(), List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new TimelinePlot("t", "s", new double[0], List.of(panel()), List.of()));
  }
}
