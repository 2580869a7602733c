package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Panels;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.RecurrentLayer;

/**
 * The rows of items: each holds the result of all computations that depend on the item alone, up to
 * the product with the input weights of the lowest recurrent layer. A step reads one row; the
 * embedding, the layers below that one and its input weights are not in the file.
 *
 * @param memory the weight file
 * @param offset the offset of the first row
 * @param rowBytes the bytes of a row
 */
public record ItemRows(MemorySegment memory, long offset, long rowBytes) {

  /** The name of the tensor. */
  public static final String NAME = "input.items";

  /** Finds the rows of a network that takes items. */
  static ItemRows open(WeightFile file, ItemInput input, RowOrder order)
      throws ModelRejectedException {
    int blocks = order.blocks();
    long offset = file.require(NAME, DataType.F32, input.items(), blocks, Panels.ROWS).offset();
    return new ItemRows(file.data(), offset, blocks * Panels.ROW_BYTES);
  }

  /**
   * Finds the layer that takes the rows: the lowest recurrent one.
   *
   * @param specification the specification of the network
   * @return the number of the layer
   */
  public static int layer(ModelSpecification specification) {
    int number = 0;
    for (Layer layer : specification.layers()) {
      if (layer instanceof RecurrentLayer) {
        return number;
      }
      number++;
    }
    throw new AssertionError("a specification has a recurrent layer");
  }

  /** Returns the offset of an item's row. */
  long row(int item) {
    return offset + item * rowBytes;
  }
}
