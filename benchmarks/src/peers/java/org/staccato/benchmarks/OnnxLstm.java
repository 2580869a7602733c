package org.staccato.benchmarks;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.staccato.network.LayerWeights;
import org.staccato.model.ModelSpecification.Cell;

/**
 * Encodes a network as an ONNX model (opset 14) with an LSTM operator per layer and one sequence:
 * the input {@code x} of shape [steps, 1, inputs]; for layer 0, 1, … the states {@code h0} and
 * {@code c0} as inputs and {@code y_h0} and {@code y_c0} as outputs, of shape [1, 1, units]; and
 * the output {@code y} of a linear layer, of shape [1, 1, 1]. The field numbers are those of
 * onnx.proto3.
 */
final class OnnxLstm {
  private static final int FLOAT = 1;
  private static final int LONG = 7;
  private static final int ATTRIBUTE_INT = 2;

  /** The order input, output, forget, cell of ONNX in the numbers of Staccato's gates. */
  private static final int[] GATES = {0, 3, 1, 2};

  private final ProtobufMessage graph = new ProtobufMessage().text(2, "lstm");
  private final int steps;
  private final boolean carried;

  private OnnxLstm(int steps, boolean carried) {
    this.steps = steps;
    this.carried = carried;
  }

  /** One step of a layer, state in and out. */
  static byte[] step(LayerWeights layer) {
    return new OnnxLstm(1, true).encode(List.of(layer), null);
  }

  /** One step of a network, state in and out, and its output. */
  static byte[] step(StreamNetwork network) {
    return new OnnxLstm(1, true).encode(network.layers(), network);
  }

  /** The output after some steps of a network from the initial state of zeros. */
  static byte[] window(StreamNetwork network, int steps) {
    return new OnnxLstm(steps, false).encode(network.layers(), network);
  }

  private byte[] encode(List<LayerWeights> layers, @Nullable StreamNetwork head) {
    graph.message(11, value("x", steps, layers.getFirst().inputSize()));
    String input = "x";
    for (int i = 0; i < layers.size(); i++) {
      boolean last = i == layers.size() - 1;
      addLayer(i, layers.get(i), input, last ? "" : "y" + i);
      if (!last) {
        // The operator's output has an axis of directions, the next one's input does not.
        graph.message(1, node("Squeeze", List.of("y" + i, "direction"), "x" + (i + 1)));
        input = "x" + (i + 1);
      }
    }
    if (layers.size() > 1) {
      graph.message(
          5, new ProtobufMessage().integer(1, 1).integer(2, LONG).integer(7, 1).text(8, "direction"));
    }
    if (head != null) {
      String hidden = "y_h" + (layers.size() - 1);
      graph.message(5, tensor("head", head.head(), head.head().length, 1));
      graph.message(5, tensor("bias", new float[] {head.bias()}, 1));
      graph.message(1, node("MatMul", List.of(hidden, "head"), "product"));
      graph.message(1, node("Add", List.of("product", "bias"), "y"));
      graph.message(12, value("y", 1, 1));
    }
    return new ProtobufMessage()
        .integer(1, 8)
        .message(7, graph)
        .message(8, new ProtobufMessage().text(1, "").integer(2, 14))
        .toByteArray();
  }

  private void addLayer(int index, LayerWeights layer, String input, String output) {
    int inputs = layer.inputSize();
    int units = layer.hiddenSize();
    int rows = Cell.LSTM.gates() * units;
    float[] bias = new float[2 * rows];
    System.arraycopy(reorder(layer.bias(), units, 1), 0, bias, 0, rows);
    graph.message(5, tensor("w" + index, reorder(layer.input(), units, inputs), 1, rows, inputs));
    graph.message(5, tensor("r" + index, reorder(layer.recurrent(), units, units), 1, rows, units));
    graph.message(5, tensor("b" + index, bias, 1, 2L * rows));
    String h = carried ? "h" + index : "";
    String c = carried ? "c" + index : "";
    List<String> operands = List.of(input, "w" + index, "r" + index, "b" + index, "", h, c);
    graph.message(
        1,
        node("LSTM", operands, output, "y_h" + index, carried ? "y_c" + index : "")
            .message(
                5,
                new ProtobufMessage()
                    .text(1, "hidden_size")
                    .integer(3, units)
                    .integer(20, ATTRIBUTE_INT)));
    if (carried) {
      graph.message(11, value(h, 1, units)).message(11, value(c, 1, units));
      graph.message(12, value("y_h" + index, 1, units)).message(12, value("y_c" + index, 1, units));
    }
  }

  private static ProtobufMessage node(String operator, List<String> inputs, String... outputs) {
    ProtobufMessage node = new ProtobufMessage();
    inputs.forEach(input -> node.text(1, input));
    for (String output : outputs) {
      node.text(2, output);
    }
    return node.text(4, operator);
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

  /** A tensor of shape [length, 1, size]. */
  private static ProtobufMessage value(String name, int length, int size) {
    ProtobufMessage shape = new ProtobufMessage();
    for (long dimension : new long[] {length, 1, size}) {
      shape.message(1, new ProtobufMessage().integer(1, dimension));
    }
    ProtobufMessage tensor = new ProtobufMessage().integer(1, FLOAT).message(2, shape);
    return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
  }
}
