package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.staccato.kernel.Kernels.GROUP;
import static org.staccato.kernel.Kernels.GROUP_BYTES;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.memory.OffHeap;
import org.staccato.testkit.RandomSeed;

/** The sums of a softmax of every backend against double precision. */
class SoftmaxTest {
  private final MemorySegment lanes = OffHeap.allocateFloats(GROUP);

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void anExponentialStaysWithinItsBound(Kernels kernels) {
    MemorySegment values = OffHeap.allocateFloats(GROUP);
    for (int i = 1; i < GROUP; i++) {
      MappedFloats.set(values, i, Float.NEGATIVE_INFINITY);
    }
    double worst = 0;
    for (float y = 0; y < 87; y += 0.00137f) {
      float value = 3 - y;
      MappedFloats.set(values, 0, value);
      float found = kernels.sumOfExponentials(values, 0, 1, 3, lanes);
      worst = Math.max(worst, Math.abs(found / Math.exp(value - 3.0) - 1));
    }
    assertTrue(worst <= ExponentialApproximation.MAX_ERROR, kernels.name() + ": " + worst);
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void whatIsFarBelowTheGreatestCountsNothing(Kernels kernels) {
    MemorySegment values = OffHeap.allocateFloats(GROUP);
    for (int i = 0; i < GROUP; i++) {
      float[] far = {-88, -1e30f, Float.NEGATIVE_INFINITY, -Float.MAX_VALUE};
      MappedFloats.set(values, i, far[i % far.length]);
    }
    assertEquals(0, kernels.sumOfExponentials(values, 0, 1, 0.5f, lanes));
    MappedFloats.set(values, 5, 0.5f);
    assertEquals(1, kernels.sumOfExponentials(values, 0, 1, 0.5f, lanes));
    assertEquals(0.5f, kernels.largest(values, 0, 1));
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void aSumAndTheLargestOfAnyNumberOfGroups(Kernels kernels) {
    Random random = RandomSeed.random(3);
    for (int groups : new int[] {1, 2, 15, 17, 64, 101}) {
      MemorySegment values = OffHeap.allocateFloats((groups + 1L) * GROUP);
      float greatest = Float.NEGATIVE_INFINITY;
      double sum = 0;
      MappedFloats.set(values, 0, 1e9f);
      for (int i = GROUP; i < (groups + 1) * GROUP; i++) {
        float value = (float) (4 * random.nextGaussian() - 20);
        MappedFloats.set(values, i, value);
        greatest = Math.max(greatest, value);
      }
      for (int i = GROUP; i < (groups + 1) * GROUP; i++) {
        sum += Math.exp(MappedFloats.get(values, i) - (double) greatest);
      }
      assertEquals(greatest, kernels.largest(values, GROUP_BYTES, groups));
      float found = kernels.sumOfExponentials(values, GROUP_BYTES, groups, greatest, lanes);
      assertEquals(1, found / sum, 1e-5, kernels.name());
    }
  }
}
