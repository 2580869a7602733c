package org.staccato.benchmarks;

import org.staccato.network.LayerWeights;

/**
 * Encodes a layer as an ONNX model with one LSTM operator (opset 14) for one step of one sequence:
 * the inputs {@code x}, {@code h} and {@code c} and the outputs {@code y_h} and {@code y_c}, all of
 * shape [1, 1, size]. The field numbers are those of onnx.proto3.
 */
final class OnnxLstm {
  private static final int FLOAT = 1;
  private static final int ATTRIBUTE_INT = 2;

  /** The order input, output, forget, cell of ONNX in the numbers of Staccato's gates. */
  private static final int[] GATES = {0, 3, 1, 2};

  private OnnxLstm() {}

  static byte[] encode(LayerWeights layer) {
    int inputs = layer.inputSize();
    int units = layer.hiddenSize();
    int rows = LayerWeights.GATES * units;
    float[] bias = new float[2 * rows];
    System.arraycopy(reorder(layer.bias(), units, 1), 0, bias, 0, rows);
    ProtobufMessage node =
        new ProtobufMessage()
            .text(1, "x")
            .text(1, "w")
            .text(1, "r")
            .text(1, "b")
            .text(1, "")
            .text(1, "h")
            .text(1, "c")
            .text(2, "")
            .text(2, "y_h")
            .text(2, "y_c")
            .text(4, "LSTM")
            .message(
                5,
                new ProtobufMessage()
                    .text(1, "hidden_size")
                    .integer(3, units)
                    .integer(20, ATTRIBUTE_INT));
    ProtobufMessage graph =
        new ProtobufMessage()
            .message(1, node)
            .text(2, "lstm")
            .message(5, tensor("w", reorder(layer.input(), units, inputs), 1, rows, inputs))
            .message(5, tensor("r", reorder(layer.recurrent(), units, units), 1, rows, units))
            .message(5, tensor("b", bias, 1, 2L * rows))
            .message(11, value("x", inputs))
            .message(11, value("h", units))
            .message(11, value("c", units))
            .message(12, value("y_h", units))
            .message(12, value("y_c", units));
    return new ProtobufMessage()
        .integer(1, 8)
        .message(7, graph)
        .message(8, new ProtobufMessage().text(1, "").integer(2, 14))
        .toByteArray();
  }

  private static float[] reorder(float[] matrix, int units, int columns) {
    float[] result = new float[matrix.length];
    int block = units * columns;
    for (int gate = 0; gate < GATES.length; gate++) {
      System.arraycopy(matrix, GATES[gate] * block, result, gate * block, block);
    }
    return result;
  }

  private static ProtobufMessage tensor(String name, float[] values, long... dimensions) {
    ProtobufMessage tensor = new ProtobufMessage();
    for (long dimension : dimensions) {
      tensor.integer(1, dimension);
    }
    return tensor.integer(2, FLOAT).text(8, name).floats(9, values);
  }

  private static ProtobufMessage value(String name, int size) {
    ProtobufMessage shape = new ProtobufMessage();
    for (long dimension : new long[] {1, 1, size}) {
      shape.message(1, new ProtobufMessage().integer(1, dimension));
    }
    ProtobufMessage tensor = new ProtobufMessage().integer(1, FLOAT).message(2, shape);
    return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
  }
}
