package org.staccato.export;

import org.staccato.format.DataType;
import org.staccato.format.TensorOutput;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Panels;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.network.LinearHead;
import org.staccato.network.RowOrder;

/** Packs parameters for the kernels: their rows in a {@link RowOrder}, a matrix in panels. */
final class ParameterPacking {
  private final WeightFileWriter writer;
  private final MatrixTypes types;

  ParameterPacking(WeightFileWriter writer, MatrixTypes types) {
    this.writer = writer;
    this.types = types;
  }

  /** Adds a parameter of a layer. */
  void addOfLayer(Parameter parameter, FloatMatrix elements, RowOrder order) {
    if (parameter.isMatrix()) {
      addMatrix(parameter, elements, order, types.of(parameter));
    } else {
      addVector(parameter.name(), elements, order);
    }
  }

  /** Adds the weights and the biases of a head. */
  void addHead(Head head, FloatMatrix matrix, FloatMatrix biases) {
    addHeadWeights(
        ModelSpecification.headName(head.name(), Head.WEIGHTS),
        matrix.rows(),
        matrix.columns(),
        matrix::at,
        types.coarse() && head instanceof Ranking);
    addVector(
        ModelSpecification.headName(head.name(), Head.BIAS),
        biases,
        new RowOrder.Plain(biases.rows()));
  }

  /**
   * Adds the weights of a head, and coarse weights made from the stored, rounded ones: {@link
   * LinearHead#errorFactor} bounds the distance between these two.
   */
  void addHeadWeights(
      String name, int outputs, int inputs, PanelPacking.Matrix weights, boolean coarse) {
    PanelPacking.add(writer, name, types.output(), outputs, inputs, weights);
    if (coarse) {
      PanelPacking.Matrix stored =
          types.output() == DataType.BF16
              ? (row, input) -> TensorOutput.bfloat16(weights.at(row, input))
              : weights;
      PanelPacking.add(writer, coarseName(name), DataType.I8, outputs, inputs, stored);
    }
  }

  /** Returns the name of the coarse weights of some exact weights. */
  static String coarseName(String weights) {
    return weights.substring(0, weights.lastIndexOf('.') + 1) + LinearHead.COARSE;
  }

  private void addMatrix(Parameter parameter, FloatMatrix elements, RowOrder order, DataType type) {
    PanelPacking.add(
        writer,
        parameter.name(),
        type,
        order.blocks() * Panels.ROWS,
        parameter.columns(),
        (row, column) -> {
          int source = order.source(row);
          return source == RowOrder.PADDING ? 0 : order.factor(row) * elements.at(source, column);
        });
  }

  private void addVector(String name, FloatMatrix elements, RowOrder order) {
    writer.tensor(
        name,
        DataType.F32,
        output -> {
          for (int row = 0; row < order.blocks() * Panels.ROWS; row++) {
            int source = order.source(row);
            output.putFloat(
                source == RowOrder.PADDING ? 0 : order.factor(row) * elements.at(source, 0));
          }
        },
        order.blocks(),
        Panels.ROWS);
  }
}
