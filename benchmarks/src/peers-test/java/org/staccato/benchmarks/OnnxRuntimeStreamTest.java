package org.staccato.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OrtException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The peer computes the same stream and the same window as the reference. */
class OnnxRuntimeStreamTest {
  private static final double BOUND = 1e-5;
  private static final float[] INPUTS = StreamNetwork.inputs(StreamNetwork.STEPS);

  private final ReferenceNetwork reference = new ReferenceNetwork(StreamNetwork.random());

  @Test
  void aStreamAgreesWithTheReference() throws OrtException {
    OnnxRuntimeStreamBenchmark peer = new OnnxRuntimeStreamBenchmark();
    peer.open();
    for (int step = 0; step < StreamNetwork.STEPS; step++) {
      peer.setInput(input(step));
      peer.onnxRuntime();
      assertEquals(reference.step(input(step)), peer.output(), BOUND, "step " + step);
    }
    peer.close();
  }

  @Test
  void aWindowAgreesWithTheReference() throws OrtException {
    double expected = 0;
    for (int step = 0; step < StreamNetwork.STEPS; step++) {
      expected = reference.step(input(step));
    }
    OnnxRuntimeWindowBenchmark peer = new OnnxRuntimeWindowBenchmark();
    peer.open();
    for (int call = 0; call < 3; call++) { // The state must not survive a call.
      peer.onnxRuntime();
      assertEquals(expected, peer.output(), BOUND, "call " + call);
    }
    peer.close();
  }

  private static float[] input(int step) {
    int size = StreamNetwork.SIZE;
    return Arrays.copyOfRange(INPUTS, step * size, (step + 1) * size);
  }
}
