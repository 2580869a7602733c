package org.staccato.network;

import java.io.IOException;
import org.staccato.format.DataType;
import org.staccato.format.TensorOutput;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Panels;
import org.staccato.model.ModelSpecification.Cell;

/**
 * Packs the weights of a layer for the kernels: its rows in the order of {@link GateRows}, halved
 * where a gate ends in a σ, which is exact.
 */
public final class LayerWriter {
  private LayerWriter() {}

  static String itemsName(int layer) {
    return "layer." + layer + ".inputs";
  }

  static String inputName(int layer) {
    return "layer." + layer + ".input";
  }

  static String inputBiasName(int layer) {
    return "layer." + layer + ".input.bias";
  }

  static String biasName(int layer) {
    return "layer." + layer + ".bias";
  }

  static String recurrentName(int layer) {
    return "layer." + layer + ".recurrent";
  }

  /**
   * Adds the tensors of a layer that takes vectors.
   *
   * @param writer the writer of the weight file
   * @param layer the number of the layer, 0 for the lowest
   * @param weights its weights
   * @param types the types to store them in
   */
  public static void add(
      WeightFileWriter writer, int layer, LayerWeights weights, WeightTypes types) {
    GateRows rows = new GateRows(weights.cell(), weights.hiddenSize());
    addRecurrent(writer, layer, weights, types.recurrent());
    if (weights.cell() == Cell.GRU) {
      addRow(writer, inputBiasName(layer), rows, row -> inputBias(weights, rows, row));
    }
    addMatrix(writer, inputName(layer), types.input(), rows, weights.input(), weights.inputSize());
  }

  /** Adds the tensors of the lowest layer with a row of folded inputs per item. */
  static void addFolded(
      WeightFileWriter writer, LayerWeights weights, FloatMatrix embedding, WeightTypes types) {
    GateRows rows = new GateRows(weights.cell(), weights.hiddenSize());
    addRecurrent(writer, 0, weights, types.recurrent());
    int items = embedding.rows();
    float[] row = new float[embedding.columns()];
    writer.tensor(
        itemsName(0),
        DataType.F32,
        output -> {
          for (int item = 0; item < items; item++) {
            for (int column = 0; column < row.length; column++) {
              row[column] = embedding.at(item, column);
            }
            putItem(output, weights, rows, row);
          }
        },
        items,
        rows.blocks(),
        Panels.ROWS);
  }

  private static void addRecurrent(
      WeightFileWriter writer, int layer, LayerWeights weights, DataType type) {
    GateRows rows = new GateRows(weights.cell(), weights.hiddenSize());
    addRow(writer, biasName(layer), rows, row -> bias(weights, rows, row));
    addMatrix(writer, recurrentName(layer), type, rows, weights.recurrent(), weights.hiddenSize());
  }

  /** What the recurrent sums of a row start with. */
  private static float bias(LayerWeights weights, GateRows rows, int row) {
    return weights.cell() == Cell.GRU && rows.isCandidate(row)
        ? weights.resetBias()[rows.unit(row)]
        : weights.bias()[rows.source(row)];
  }

  /** What the input's sums of a row start with. */
  private static float inputBias(LayerWeights weights, GateRows rows, int row) {
    return weights.cell() == Cell.GRU && rows.isCandidate(row)
        ? weights.bias()[rows.source(row)]
        : 0;
  }

  /** A number for each row that is not padding. */
  private interface RowValue {
    float at(int row);
  }

  private static void addRow(WeightFileWriter writer, String name, GateRows rows, RowValue value) {
    writer.tensor(
        name,
        DataType.F32,
        output -> {
          for (int row = 0; row < rows.blocks() * Panels.ROWS; row++) {
            boolean padding = rows.source(row) == GateRows.PADDING;
            output.putFloat(padding ? 0 : rows.factor(row) * value.at(row));
          }
        },
        rows.blocks(),
        Panels.ROWS);
  }

  private static void addMatrix(
      WeightFileWriter writer,
      String name,
      DataType type,
      GateRows rows,
      float[] matrix,
      int inputs) {
    PanelTensors.add(
        writer,
        name,
        type,
        rows.blocks() * Panels.ROWS,
        inputs,
        (row, input) -> {
          int source = rows.source(row);
          return source == GateRows.PADDING
              ? 0
              : rows.factor(row) * matrix[source * inputs + input];
        });
  }

  private static void putItem(
      TensorOutput output, LayerWeights weights, GateRows rows, float[] embedding)
      throws IOException {
    for (int row = 0; row < rows.blocks() * Panels.ROWS; row++) {
      int source = rows.source(row);
      double sum = 0;
      if (source != GateRows.PADDING) {
        sum = inputBias(weights, rows, row) + product(weights, source, embedding);
      }
      output.putFloat(rows.factor(row) * (float) sum);
    }
  }

  /** W·embedding in double precision. */
  private static double product(LayerWeights weights, int row, float[] embedding) {
    int size = weights.inputSize();
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += (double) weights.input()[row * size + i] * embedding[i];
    }
    return sum;
  }
}
