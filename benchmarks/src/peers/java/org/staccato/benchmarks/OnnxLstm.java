package org.staccato.benchmarks;

import java.util.List;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.Prediction;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Weights;

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

  /** The order of ONNX (input, output, forget, cell), in the numbers of Staccato's gates. */
  private static final int[] GATES = {0, 3, 1, 2};

  private final ProtobufMessage graph = new ProtobufMessage().text(2, "lstm");
  private final int steps;
  private final boolean carried;

  private OnnxLstm(int steps, boolean carried) {
    this.steps = steps;
    this.carried = carried;
  }

  /** Encodes one step of the layers of a network, with the state as input and output. */
  static byte[] step(Weights network) {
    return new OnnxLstm(1, true).encode(network, false);
  }

  /** Encodes one step of a network and its output, with the state as input and output. */
  static byte[] stepWithOutput(Weights network) {
    return new OnnxLstm(1, true).encode(network, true);
  }

  /** Encodes the output of a network after some steps from an initial state of zeros. */
  static byte[] window(Weights network, int steps) {
    return new OnnxLstm(steps, false).encode(network, true);
  }

  private byte[] encode(Weights network, boolean withOutput) {
    List<Layer> layers = network.specification().layers();
    graph.message(11, value("x", steps, layers.getFirst().inputs()));
    String input = "x";
    for (int i = 0; i < layers.size(); i++) {
      boolean last = i == layers.size() - 1;
      addLayer(network, i, input, last ? "" : "y" + i);
      if (!last) {
        // The output of the operator has an axis of directions, but the input of the next operator
        // does not.
        graph.message(1, node("Squeeze", List.of("y" + i, "direction"), "x" + (i + 1)));
        input = "x" + (i + 1);
      }
    }
    if (layers.size() > 1) {
      graph.message(
          5, new ProtobufMessage().integer(1, 1).integer(2, LONG).integer(7, 1).text(8, "direction"));
    }
    if (withOutput) {
      Prediction head = network.specification().prediction();
      float[] rows = array(network.matrixOf(head));
      String hidden = "y_h" + (layers.size() - 1);
      graph.message(5, tensor("head", rows, rows.length, 1));
      graph.message(5, tensor("bias", array(network.biasOf(head)), 1));
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

  private void addLayer(Weights network, int index, String input, String output) {
    Layer layer = network.specification().layers().get(index);
    int inputs = layer.inputs();
    int units = layer.width();
    int rows = Lstm.GATES * units;
    float[] bias = new float[2 * rows];
    System.arraycopy(reorder(network.ofLayer(index, Lstm.BIAS), units), 0, bias, 0, rows);
    graph.message(5, tensor("w" + index, reorder(network.ofLayer(index, RecurrentLayer.INPUT), units), 1, rows, inputs));
    graph.message(5, tensor("r" + index, reorder(network.ofLayer(index, RecurrentLayer.RECURRENT), units), 1, rows, units));
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

  static float[] array(FloatMatrix matrix) {
    float[] values = new float[matrix.rows() * matrix.columns()];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrix.at(i / matrix.columns(), i % matrix.columns());
    }
    return values;
  }

  private static float[] reorder(FloatMatrix elements, int units) {
    float[] matrix = array(elements);
    float[] result = new float[matrix.length];
    int block = units * elements.columns();
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

  /** Encodes a tensor of shape [length, 1, size]. */
  private static ProtobufMessage value(String name, int length, int size) {
    ProtobufMessage shape = new ProtobufMessage();
    for (long dimension : new long[] {length, 1, size}) {
      shape.message(1, new ProtobufMessage().integer(1, dimension));
    }
    ProtobufMessage tensor = new ProtobufMessage().integer(1, FLOAT).message(2, shape);
    return new ProtobufMessage().text(1, name).message(2, new ProtobufMessage().message(1, tensor));
  }
}
