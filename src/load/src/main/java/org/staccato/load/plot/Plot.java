package org.staccato.load.plot;

import java.io.IOException;
import java.nio.file.Path;
import org.staccato.storage.AtomicFile;

/** A self-contained picture of measurements, legible on light and on dark pages. */
public sealed interface Plot permits BarPlot, PercentilePlot, TimelinePlot {

  /** {@return the plot as an SVG document} */
  String svg();

  /**
   * Writes the plot.
   *
   * @param path the SVG file to write; an existing one is replaced
   * @throws IOException if it cannot be written
   */
  default void write(Path path) throws IOException {
    AtomicFile.writeText(path, svg());
  }
}
