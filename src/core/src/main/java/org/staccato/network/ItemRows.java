package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SortedSet;
import java.util.TreeSet;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Panels;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Residual;

/**
 * The rows of items: each holds the result of all computations that depend on the item alone, up to
 * the lowest layer with a state. For a recurrent layer that is the product with its input weights,
 * for another one its input. A step reads one row; the embedding, the layers below that one and
 * these input weights are not in the file.
 *
 * <p>Behind it lie the vectors that residual connections around that layer add: each is what some
 * layer up to that one takes, the embedding for example, and is padded to blocks. A network without
 * such connections has none.
 *
 * @param memory the weight file
 * @param offset the offset of the first row
 * @param rowBytes the bytes of a row
 * @param positions the offset within a row of what each layer up to the lowest one with a state
 *     takes, by its number
 */
public record ItemRows(
    MemorySegment memory, long offset, long rowBytes, Map<Integer, Long> positions) {

  /** The name of the tensor. */
  public static final String NAME = "input.items";

  /** Finds the rows of a network that takes items. */
  static ItemRows open(WeightFile file, ItemInput input, ModelSpecification specification)
      throws ModelRejectedException {
    int blocks = order(specification).blocks();
    Map<Integer, Long> positions = new HashMap<>();
    for (int number : added(specification)) {
      positions.put(number, blocks * Panels.ROW_BYTES);
      blocks += Panels.blocksOf(specification.layers().get(number).inputs());
    }
    long offset = file.require(NAME, DataType.F32, input.items(), blocks, Panels.ROWS).offset();
    return new ItemRows(file.data(), offset, blocks * Panels.ROW_BYTES, Map.copyOf(positions));
  }

  /**
   * Returns the order of the floats that the lowest layer with a state takes from a row: the sums
   * of a recurrent layer, or the input of another one.
   *
   * @param specification the specification of the network
   * @return the order
   */
  public static RowOrder order(ModelSpecification specification) {
    Layer lowest = specification.layers().get(layer(specification));
    return lowest instanceof RecurrentLayer recurrent
        ? RowOrder.of(recurrent)
        : new RowOrder.Plain(lowest.inputs());
  }

  /**
   * Finds the layers of which a row holds the vector that they take, because a residual connection
   * adds it above the lowest layer with a state.
   *
   * @param specification the specification of the network
   * @return their numbers, ascending, none above that of the lowest layer with a state
   */
  public static SortedSet<Integer> added(ModelSpecification specification) {
    int lowest = layer(specification);
    SortedSet<Integer> added = new TreeSet<>();
    for (int number = lowest; number < specification.layers().size(); number++) {
      if (specification.layers().get(number) instanceof Residual residual
          && number - residual.span() <= lowest) {
        added.add(number - residual.span());
      }
    }
    return added;
  }

  /**
   * Finds the layer that takes the rows: the lowest one with a state.
   *
   * @param specification the specification of the network
   * @return the number of the layer
   */
  public static int layer(ModelSpecification specification) {
    int number = 0;
    for (Layer layer : specification.layers()) {
      if (!layer.state().isEmpty()) {
        return number;
      }
      number++;
    }
    throw new AssertionError("a specification has a recurrent layer");
  }

  /** Returns the offset within a row of what a layer takes. */
  long position(int layer) {
    Long position = positions.get(layer);
    if (position == null) {
      throw new NoSuchElementException(
          "the rows of items do not hold what layer " + layer + " takes");
    }
    return position;
  }

  /** Returns the item of a row. */
  int item(long row) {
    return (int) ((row - offset) / rowBytes);
  }

  /** Returns the offset of an item's row. */
  long row(int item) {
    return offset + item * rowBytes;
  }
}
