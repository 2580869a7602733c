package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.staccato.kernel.Kernels.GROUP;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.memory.LittleEndian;
import org.staccato.memory.OffHeap;
import org.staccato.testkit.RandomSeed;

/**
 * No step takes a hidden value beyond ±1, in spite of rounding; the check of saved states relies on
 * it.
 */
class HiddenRangeTest {
  private static final int ROUNDS = 20_000;
  private static final long SEED = RandomSeed.of(11);

  /** Where σ and tanh are ½, saturated, or a few units in the last place from it. */
  private static final float[] SUMS = {0, 1e-8f, 0.55f, 7.5f, 8.3f, 8.66f, 9.01f, 9.02f, 20, 1e19f};

  private static final float[] HIDDEN = {1, Math.nextDown(1f), 1 - 0x1p-23f, 0.5f, 0};

  static List<Kernels> kernels() {
    return List.of(new ScalarKernels(), ConfiguredKernels.get());
  }

  private static float signed(Random random, float[] values) {
    float value = values[random.nextInt(values.length)];
    return random.nextBoolean() ? value : -value;
  }

  private static MemorySegment sums(Random random, int gates) {
    MemorySegment sums = OffHeap.allocateFloats((long) gates * GROUP);
    for (int i = 0; i < gates * GROUP; i++) {
      float sum =
          random.nextInt(4) == 0 ? (float) (9 * random.nextGaussian()) : signed(random, SUMS);
      sums.setAtIndex(LittleEndian.FLOAT, i, sum);
    }
    return sums;
  }

  private static void assertInRange(MemorySegment state, int from, String where) {
    for (int i = from; i < from + GROUP; i++) {
      float h = state.getAtIndex(LittleEndian.FLOAT, i);
      assertTrue(Math.abs(h) <= 1, where + ": " + h);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void ofAnLstm(Kernels kernels) {
    Random random = new Random(SEED);
    MemorySegment state = OffHeap.allocateFloats(2 * GROUP);
    for (int round = 0; round < ROUNDS; round++) {
      kernels.advanceLstm(sums(random, 4), 0, state, 0, Kernels.GROUP_BYTES, 1);
      assertInRange(state, GROUP, kernels.name() + ", seed " + SEED + ", round " + round);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void ofAGru(Kernels kernels) {
    Random random = new Random(SEED);
    MemorySegment state = OffHeap.allocateFloats(GROUP);
    for (int round = 0; round < ROUNDS; round++) {
      if (round % 2 == 0) {
        for (int i = 0; i < GROUP; i++) {
          state.setAtIndex(LittleEndian.FLOAT, i, signed(random, HIDDEN));
        }
      }
      kernels.advanceGru(sums(random, 3), 0, sums(random, 3), 0, state, 0, 1);
      assertInRange(state, 0, kernels.name() + ", seed " + SEED + ", round " + round);
    }
  }
}
