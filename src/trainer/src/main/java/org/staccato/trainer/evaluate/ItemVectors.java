package org.staccato.trainer.evaluate;

import org.staccato.model.FloatMatrix;

/**
 * A vector of length 1 for each item, such as its embedding, by which the diversity of a list is
 * measured. An item whose vector is 0 stays at 0, at a distance of 1 from all others. Immutable and
 * safe to share between threads.
 */
public final class ItemVectors {
  private final int items;
  private final int width;
  private final float[] unit;

  /**
   * Takes the direction of each row.
   *
   * @param rows a row for each item of the catalogue; copied
   * @throws IllegalArgumentException if there are more than 2³¹−1 numbers
   */
  public ItemVectors(FloatMatrix rows) {
    items = rows.rows();
    width = rows.columns();
    if ((long) items * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "item vectors: found " + items + " x " + width + ", expected at most 2^31 - 1 numbers");
    }
    unit = new float[items * width];
    for (int item = 0; item < items; item++) {
      double squares = 0;
      for (int i = 0; i < width; i++) {
        squares += (double) rows.at(item, i) * rows.at(item, i);
      }
      for (int i = 0; i < width && squares > 0; i++) {
        unit[item * width + i] = (float) (rows.at(item, i) / Math.sqrt(squares));
      }
    }
  }

  /** {@return the number of items} */
  public int items() {
    return items;
  }

  /** {@return the number of elements of a vector} */
  int width() {
    return width;
  }

  /**
   * Adds the vector of an item to a sum.
   *
   * @return 1, or 0 if the vector is 0: its squared length
   */
  int addTo(double[] sum, int item) {
    boolean any = false;
    for (int i = 0; i < width; i++) {
      float element = unit[item * width + i];
      sum[i] += element;
      any |= element != 0;
    }
    return any ? 1 : 0;
  }
}
