package org.staccato.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OrtException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.staccato.export.ReferenceNetwork;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Weights;

/** The peer computes the same stream and the same window as the reference. */
class OnnxRuntimeStreamTest {
  private static final double BOUND = 1e-5;
  private static final float[] INPUTS = StreamNetwork.inputs(StreamNetwork.STEPS);

  private final Weights network = StreamNetwork.random();
  private final ReferenceNetwork reference = new ReferenceNetwork(network);

  @Test
  void aStreamAgreesWithTheReference() throws OrtException {
    OnnxRuntimeStreamBenchmark peer = new OnnxRuntimeStreamBenchmark();
    peer.open();
    for (int step = 0; step < StreamNetwork.STEPS; step++) {
      peer.setInput(input(step));
      peer.onnxRuntime();
      assertEquals(output(step), peer.output(), BOUND, "step " + step);
    }
    peer.close();
  }

  @Test
  void aWindowAgreesWithTheReference() throws OrtException {
    double expected = 0;
    for (int step = 0; step < StreamNetwork.STEPS; step++) {
      expected = output(step);
    }
    OnnxRuntimeWindowBenchmark peer = new OnnxRuntimeWindowBenchmark();
    peer.open();
    for (int call = 0; call < 3; call++) { // The state must not survive a call.
      peer.onnxRuntime();
      assertEquals(expected, peer.output(), BOUND, "call " + call);
    }
    peer.close();
  }

  /** Returns the output of the reference after one more step. */
  private double output(int step) {
    reference.step(FloatMatrix.of(INPUTS, StreamNetwork.SIZE), step);
    return reference.predict(network.specification().prediction())[0];
  }

  private static float[] input(int step) {
    int size = StreamNetwork.SIZE;
    return Arrays.copyOfRange(INPUTS, step * size, (step + 1) * size);
  }
}
