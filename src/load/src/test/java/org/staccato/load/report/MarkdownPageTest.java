package org.staccato.load.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.load.latency.LatencySeries;

class MarkdownPageTest {
  @TempDir private Path folder;

  private static LatencySeries series(String name, long... nanos) {
    Histogram histogram = new Histogram(3);
    for (long each : nanos) {
      histogram.recordValue(each);
    }
    return new LatencySeries(name, histogram);
  }

  @Test
  void aPageBeginsWithItsConditionsAndTheCommand() throws IOException {
    MarkdownPage page = new MarkdownPage("Title", "run --it", "%,d rounds.", 1_000);
    Path file = folder.resolve("page.md");
    page.write(file);
    String text = Files.readString(file);
    assertEquals(page.text(), text);
    assertTrue(text.startsWith("# Title\n\n" + Machine.describe() + ". 2"), text);
    assertTrue(
        text.endsWith(
            """
            . 1,000 rounds.

            To repeat it:
            ```
            run --it
            ```
            """),
        text);
  }

  @Test
  void tablesFollowEachOtherAfterAnEmptyLine() {
    MarkdownPage page = new MarkdownPage("Title", "command", "");
    int begin = page.text().length();
    page.picture("picture", "a.svg")
        .table("", "count")
        .row("one | %,d", 12_345)
        .row("share | %.1f %%", 0.25)
        .latencyTable()
        .latencies(series("slow", 2_000, 200_000))
        .latencies(series("quick", 1_000, 50_000))
        .ratios(series("slow", 2_000, 200_000), series("quick", 1_000, 50_000))
        .paragraph("The end.");
    assertEquals(
        """

        ![picture](a.svg)

        |  | count |
        |---|--:|
        | one | 12,345 |
        | share | 0.3 % |

        | µs | p50 | p90 | p99 | p99.9 | p99.99 | max | calls |
        |---|--:|--:|--:|--:|--:|--:|--:|
        | slow | 2.00 | 200 | 200 | 200 | 200 | 200 | 2 |
        | quick | 1.00 | 50.02 | 50.02 | 50.02 | 50.02 | 50.02 | 2 |
        | ratio | 2.00 | 4.00 | 4.00 | 4.00 | 4.00 | 4.00 |  |

        The end.
        """,
        page.text().substring(begin));
  }
}
