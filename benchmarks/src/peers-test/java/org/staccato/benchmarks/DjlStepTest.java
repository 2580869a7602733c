package org.staccato.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.export.ReferenceNetwork;
import org.staccato.model.FloatMatrix;

/** The peer computes the same step as the reference. */
class DjlStepTest {
  private static final double BOUND = 1e-5;

  @ParameterizedTest
  @ValueSource(ints = {32, 64, 128, 256})
  void agreesWithTheReference(int size) {
    DjlStepBenchmark peer = new DjlStepBenchmark();
    peer.size = size;
    peer.open();
    ReferenceNetwork reference = new ReferenceNetwork(BenchmarkWeights.layer(size));
    Random random = new Random(size);
    for (int step = 0; step < 5; step++) {
      float[] x = BenchmarkWeights.floats(random, size, 1);
      peer.setInput(x);
      peer.pyTorch();
      reference.step(FloatMatrix.of(x, size), 0);
      double[] hidden = reference.output();
      for (int unit = 0; unit < size; unit++) {
        assertEquals(hidden[unit], peer.hidden(unit), BOUND, "unit " + unit);
      }
    }
    peer.close();
  }
}
