package org.staccato.load.report;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import org.staccato.load.latency.LatencySeries;
import org.staccato.storage.AtomicFile;

/**
 * A page of results in Markdown. All pages begin alike: a heading, the machine, the date, a
 * description of the measurement, and the command that repeats it. Numbers have a point and no
 * locale. Not thread-safe.
 */
public final class MarkdownPage {
  private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

  private final StringBuilder text = new StringBuilder();

  /**
   * Begins a page.
   *
   * @param title the heading
   * @param command the lines of the command that repeats the measurement
   * @param description the measurement and its method, as a format of {@link String#format}
   * @param values the values of the format
   */
  @FormatMethod
  public MarkdownPage(
      String title, String command, @FormatString String description, Object... values) {
    text.append("# ").append(title).append('\n');
    paragraph(
        "%s. %s. %s",
        Machine.describe(), LocalDate.now(ZoneOffset.UTC), format(description, values));
    paragraph("To repeat it:\n```\n%s\n```", command);
  }

  /**
   * Adds a paragraph.
   *
   * @param format the format of its text, as of {@link String#format}
   * @param values the values of the format
   * @return this page
   */
  @FormatMethod
  public MarkdownPage paragraph(String format, Object... values) {
    text.append('\n').append(format(format, values)).append('\n');
    return this;
  }

  /**
   * Adds a picture.
   *
   * @param name the text that replaces the picture where pictures are not shown
   * @param file the name of its file, beside the page
   * @return this page
   */
  public MarkdownPage picture(String name, String file) {
    return paragraph("![%s](%s)", name, file);
  }

  /**
   * Begins a table, whose rows follow.
   *
   * @param headings the headings of its columns, of which all but the first hold numbers
   * @return this page
   */
  public MarkdownPage table(String... headings) {
    return paragraph(
        "| %s |\n|---|%s", String.join(" | ", headings), "--:|".repeat(headings.length - 1));
  }

  /**
   * Adds a row to the table that was begun last.
   *
   * @param format the format of its cells, with {@code |} between them
   * @param values the values of the format
   * @return this page
   */
  @FormatMethod
  public MarkdownPage row(String format, Object... values) {
    text.append("| ").append(format(format, values)).append(" |\n");
    return this;
  }

  /**
   * Begins a table of latencies in microseconds.
   *
   * @return this page
   */
  public MarkdownPage latencyTable() {
    return table("µs", "p50", "p90", "p99", "p99.9", "p99.99", "max", "calls");
  }

  /**
   * Adds a row to a table of latencies.
   *
   * @param series the latencies
   * @return this page
   */
  public MarkdownPage latencies(LatencySeries series) {
    StringBuilder cells = new StringBuilder(series.name());
    for (double percentile : PERCENTILES) {
      cells.append(" | ").append(micros(series.nanosAt(percentile)));
    }
    return row("%s | %s | %,d", cells, micros(series.maxNanos()), series.count());
  }

  /**
   * Adds a row of ratios to a table of latencies.
   *
   * @param series the latencies
   * @param other the latencies by which they are divided
   * @return this page
   */
  public MarkdownPage ratios(LatencySeries series, LatencySeries other) {
    StringBuilder cells = new StringBuilder("ratio");
    for (double percentile : PERCENTILES) {
      cells.append(format(" | %.2f", series.ratioTo(other, percentile)));
    }
    return row("%s | %.2f | ", cells, series.ratioTo(other, 100));
  }

  /**
   * Writes the page.
   *
   * @param path the file to write; an existing one is replaced
   * @throws IOException if it cannot be written
   */
  public void write(Path path) throws IOException {
    AtomicFile.writeText(path, text());
  }

  /** {@return the page so far} */
  public String text() {
    return text.toString();
  }

  private static String micros(long nanos) {
    return format(nanos < 100_000 ? "%.2f" : "%,.0f", nanos / 1e3);
  }

  @FormatMethod
  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
