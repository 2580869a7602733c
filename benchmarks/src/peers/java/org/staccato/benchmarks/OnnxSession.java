package org.staccato.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A session of ONNX Runtime on one thread, on tensors in native memory, so that Java copies
 * nothing. The states are two sets that take turns as input and as pinned output; all other tensors
 * are pinned.
 */
final class OnnxSession implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, FloatBuffer> buffers = new HashMap<>();
  private final List<Map<String, OnnxTensor>> inputs = List.of(new HashMap<>(), new HashMap<>());
  private final List<Map<String, OnnxTensor>> outputs = List.of(new HashMap<>(), new HashMap<>());
  private int turn;

  /**
   * Opens a model of {@link OnnxLstm}.
   *
   * @param model the encoded model
   */
  OnnxSession(byte[] model) throws OrtException {
    session = open(model);
  }

  /** Opens a session alone, without tensors; the caller closes it. */
  static OrtSession open(byte[] model) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      return OrtEnvironment.getEnvironment().createSession(model, options);
    }
  }

  /** Adds an input of shape [length, 1, size]. */
  void addInput(String name, int length, int size) throws OrtException {
    OnnxTensor tensor = newTensor(name, length, size);
    inputs.forEach(set -> set.put(name, tensor));
  }

  /** Adds an output of shape [1, 1, size]. */
  void addOutput(String name, int size) throws OrtException {
    OnnxTensor tensor = newTensor(name, 1, size);
    outputs.forEach(set -> set.put(name, tensor));
  }

  /** Adds the states of a layer, zeros at first. */
  void addStates(int layer, int size) throws OrtException {
    for (String kind : List.of("h", "c")) {
      String name = kind + layer;
      for (int set = 0; set < 2; set++) {
        OnnxTensor tensor = newTensor(name + "/" + set, 1, size);
        inputs.get(set).put(name, tensor);
        outputs.get(1 - set).put("y_" + name, tensor);
      }
    }
  }

  private OnnxTensor newTensor(String name, int length, int size) throws OrtException {
    FloatBuffer buffer =
        ByteBuffer.allocateDirect(length * size * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    buffers.put(name, buffer);
    return OnnxTensor.createTensor(environment, buffer, new long[] {length, 1, size});
  }

  void set(String name, float[] values) {
    buffer(name).put(0, values);
  }

  /** {@return the set of states, 0 or 1, that is the input of the next run} */
  int turn() {
    return turn;
  }

  float get(String name, int index) {
    return buffer(name).get(index);
  }

  float hidden(int layer, int unit) {
    return get("h" + layer + "/" + turn, unit);
  }

  /** {@return the memory of a tensor; a state has one tensor for each of the two sets} */
  FloatBuffer buffer(String name) {
    FloatBuffer buffer = buffers.get(name);
    if (buffer == null) {
      throw new IllegalArgumentException("no tensor is called " + name);
    }
    return buffer;
  }

  void run() throws OrtException {
    run(session);
  }

  /** Runs another session, of a model of the same sizes, on these tensors. */
  void run(OrtSession other) throws OrtException {
    other.run(inputs.get(turn), Set.of(), outputs.get(turn)).close();
    turn ^= 1;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
