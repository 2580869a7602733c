package org.staccato.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.export.ReferenceNetwork;
import org.staccato.model.FloatMatrix;

/** The peer computes the same step as Staccato. */
class OnnxRuntimeStepTest {
  private static final double BOUND = 1e-5;

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128, 256})
  void agreesWithTheCoreAndTheReference(int size) throws OrtException, IOException {
    OnnxRuntimeStepBenchmark peer = new OnnxRuntimeStepBenchmark();
    peer.size = size;
    peer.open();
    LstmStepBenchmark core = new LstmStepBenchmark();
    core.size = size;
    core.weights = "F32";
    core.open();
    ReferenceNetwork reference = new ReferenceNetwork(BenchmarkWeights.layer(size));
    Random random = new Random(size);
    for (int step = 0; step < 5; step++) {
      float[] x = BenchmarkWeights.floats(random, size, 1);
      peer.setInput(x);
      core.steps().setInput(x);
      peer.onnxRuntime();
      core.vector();
      reference.step(FloatMatrix.of(x, size), 0);
      double[] hidden = reference.output();
      for (int unit = 0; unit < size; unit++) {
        assertEquals(hidden[unit], peer.hidden(unit), BOUND, "unit " + unit);
        assertEquals(core.steps().hidden(unit), peer.hidden(unit), BOUND, "unit " + unit);
      }
    }
    core.close();
    peer.close();
  }
}
