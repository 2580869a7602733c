package org.staccato.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The kernels that are tested, and numbers to test them with. */
final class KernelCases {
  static final double UNIT = 0x1p-24;

  /** Sums that underflow lose absolute, not relative precision. */
  static final double TINY = Float.MIN_NORMAL;

  /** Vectors and sums do not start at the start of their memory. */
  static final int BEFORE = 16;

  static final long OFFSET = (long) BEFORE * Float.BYTES;

  private KernelCases() {}

  static List<Kernels> kernels() {
    return List.of(new ScalarKernels(), ConfiguredKernels.get());
  }

  static Stream<Arguments> kernelsAndTypes() {
    return kernels().stream()
        .flatMap(
            kernels -> Stream.of(WeightType.values()).map(type -> Arguments.of(kernels, type)));
  }

  /** Makes random inputs, padded with zeros, after unrelated values. */
  static float[] inputs(Random random, int inputs) {
    return Arrays.copyOf(randoms(random, BEFORE + inputs), BEFORE + (inputs + 3) / 4 * 4);
  }

  static float[] randoms(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
