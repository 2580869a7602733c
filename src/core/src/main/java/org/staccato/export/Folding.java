package org.staccato.export;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import org.staccato.format.DataType;
import org.staccato.format.TensorOutput;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Panels;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Gru;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Weights;
import org.staccato.network.ItemRows;
import org.staccato.network.RowOrder;

/**
 * Folds the part that depends on the item alone into one row for each item: the embedding, the
 * layers below the lowest one with a state, and if that one is recurrent the product with its input
 * weights. Behind it stand the vectors that residual connections around that layer add. A step then
 * reads a row instead. Computed in double precision, rounded once.
 */
final class Folding {
  private final FloatMatrix embedding;
  private final List<ReferenceLayer> below = new ArrayList<>();
  private final RowOrder order;

  /** The layers that take the vectors behind the sums. */
  private final SortedSet<Integer> added;

  /**
   * The product with the input weights of a recurrent layer, or null where the row is its input.
   */
  private final @Nullable InputProduct product;

  private Folding(Weights weights) {
    ModelSpecification specification = weights.specification();
    int layer = ItemRows.layer(specification);
    embedding = weights.embedding();
    for (int number = 0; number < layer; number++) {
      below.add(ReferenceLayer.of(weights, number));
    }
    order = ItemRows.order(specification);
    added = ItemRows.added(specification);
    product =
        specification.layers().get(layer) instanceof RecurrentLayer recurrent
            ? new InputProduct(weights, layer, recurrent)
            : null;
  }

  /** Returns the names of the parameters that the rows of items replace. */
  static Set<String> replaced(ModelSpecification specification) {
    Set<String> names = new HashSet<>();
    if (specification.input() instanceof ItemInput) {
      add(specification.parametersOfInput(), names);
      int layer = ItemRows.layer(specification);
      for (int number = 0; number < layer; number++) {
        add(specification.parametersOfLayer(number), names);
      }
      if (specification.layers().get(layer) instanceof RecurrentLayer) {
        names.add(ModelSpecification.layerName(layer, RecurrentLayer.INPUT));
        names.add(ModelSpecification.layerName(layer, Gru.INPUT_BIAS));
      }
    }
    return names;
  }

  private static void add(List<Parameter> parameters, Set<String> names) {
    parameters.forEach(parameter -> names.add(parameter.name()));
  }

  /** Adds the rows of all items. */
  static void add(WeightFileWriter writer, Weights weights) {
    add(writer, weights, MemorySegment.NULL);
  }

  /**
   * Adds the rows of all items behind rows of other items of the same network.
   *
   * @param before the rows of the other items, as a file holds them
   */
  static void add(WeightFileWriter writer, Weights weights, MemorySegment before) {
    Folding folding = new Folding(weights);
    int blocks = folding.blocks(weights.specification());
    writer.tensor(
        ItemRows.NAME,
        DataType.F32,
        output -> {
          output.putBytes(before);
          for (int item = 0; item < folding.embedding.rows(); item++) {
            folding.putRow(output, item);
          }
        },
        before.byteSize() / (blocks * Panels.ROW_BYTES) + folding.embedding.rows(),
        blocks,
        Panels.ROWS);
  }

  private int blocks(ModelSpecification specification) {
    int blocks = order.blocks();
    for (int number : added) {
      blocks += Panels.blocksOf(specification.layers().get(number).inputs());
    }
    return blocks;
  }

  private void putRow(TensorOutput output, int item) throws IOException {
    double[] x = new double[embedding.columns()];
    for (int column = 0; column < x.length; column++) {
      x[column] = embedding.at(item, column);
    }
    List<double[]> taken = new ArrayList<>(List.of(x));
    for (ReferenceLayer layer : below) {
      taken.add(layer.step(taken));
    }
    putLowest(output, taken.getLast());
    for (int number : added) {
      double[] vector = taken.get(number);
      for (int i = 0; i < Panels.blocksOf(vector.length) * Panels.ROWS; i++) {
        output.putFloat(i < vector.length ? (float) vector[i] : 0);
      }
    }
  }

  private void putLowest(TensorOutput output, double[] x) throws IOException {
    for (int row = 0; row < order.blocks() * Panels.ROWS; row++) {
      int source = order.source(row);
      if (source == RowOrder.PADDING) {
        output.putFloat(0);
      } else {
        double value = product == null ? x[source] : product.of(source, x);
        output.putFloat(order.factor(row) * (float) value);
      }
    }
  }

  /** The sums of a recurrent layer's input. */
  private static final class InputProduct {
    private final int inputs;

    /** The weights in an array, since a million items need a thousand reads of each of them. */
    private final float[] matrix;

    private final @Nullable FloatMatrix bias;

    InputProduct(Weights weights, int number, RecurrentLayer layer) {
      FloatMatrix stored = weights.ofLayer(number, RecurrentLayer.INPUT);
      inputs = stored.columns();
      matrix = new float[stored.rows() * inputs];
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = stored.at(i / inputs, i % inputs);
      }
      bias = layer instanceof Gru ? weights.ofLayer(number, Gru.INPUT_BIAS) : null;
    }

    double of(int row, double[] x) {
      double sum = 0;
      for (int i = 0; i < inputs; i++) {
        sum += (double) matrix[row * inputs + i] * x[i];
      }
      return (bias == null ? 0 : bias.at(row, 0)) + sum;
    }
  }
}
