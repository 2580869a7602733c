package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.staccato.kernel.KernelCases.BEFORE;
import static org.staccato.kernel.KernelCases.OFFSET;
import static org.staccato.kernel.KernelCases.UNIT;
import static org.staccato.kernel.KernelCases.randoms;
import static org.staccato.kernel.Kernels.GROUP;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.testkit.RandomSeed;

/** A normalised vector against double precision, in and beside whole groups. */
class NormalizationTest {
  private static final float EPSILON = 1e-5f;
  private static final int[] SIZES = {1, 2, 15, 16, 17, 31, 32, 33, 64, 100, 257, 1009};

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void eachElementIsThatOfTheFormula(Kernels kernels) {
    for (int size : SIZES) {
      for (float shift : new float[] {0, 3, -40}) {
        Random random = RandomSeed.random(31L * size + (long) shift);
        compare(kernels, random, size, shift, 1);
        compare(kernels, random, size, shift, 1e-3f);
      }
    }
  }

  private static void compare(Kernels kernels, Random random, int size, float shift, float spread) {
    int padded = Math.ceilDiv(size, GROUP) * GROUP;
    float[] parameters = new float[BEFORE + 2 * padded];
    float[] x = randoms(random, BEFORE + padded);
    for (int i = 0; i < size; i++) {
      parameters[BEFORE + i] = (float) random.nextGaussian();
      parameters[BEFORE + padded + i] = (float) random.nextGaussian();
      x[BEFORE + i] = shift + spread * x[BEFORE + i];
    }
    MemorySegment file = MappedFloats.copy(parameters);
    MemorySegment y = MappedFloats.copy(randoms(random, BEFORE + padded + GROUP));
    float behind = MappedFloats.get(y, BEFORE + padded);
    long bias = OFFSET + (long) padded * Float.BYTES;
    Normalization normalization = new Normalization(file, OFFSET, bias, size, EPSILON);
    kernels.normalize(normalization, MappedFloats.copy(x), OFFSET, y, OFFSET);

    double mean = 0;
    double largest = 0;
    for (int i = 0; i < size; i++) {
      mean += (double) x[BEFORE + i] / size;
      largest = Math.max(largest, Math.abs(x[BEFORE + i]));
    }
    double variance = 0;
    for (int i = 0; i < size; i++) {
      variance += (x[BEFORE + i] - mean) * (x[BEFORE + i] - mean) / size;
    }
    double deviation = Math.sqrt(variance + EPSILON);
    // A sum of n elements is off by (n + 4) units of their magnitude, and a distance by as much.
    double distance = (size + 4) * UNIT * largest / deviation;
    for (int i = 0; i < padded; i++) {
      String where = kernels.name() + ", size " + size + ", shift " + shift + ", element " + i;
      if (i >= size) {
        assertEquals(0, MappedFloats.get(y, BEFORE + i), where);
        continue;
      }
      double gain = parameters[BEFORE + i];
      double normal = (x[BEFORE + i] - mean) / deviation;
      double expected = normal * gain + parameters[BEFORE + padded + i];
      double relative = 2 * distance * distance + 2 * distance + (size + 8) * UNIT;
      double bound =
          Math.abs(gain) * (2 * distance + Math.abs(normal) * relative)
              + 4 * UNIT * (Math.abs(gain * normal) + Math.abs(expected));
      assertEquals(expected, MappedFloats.get(y, BEFORE + i), bound, where);
    }
    assertEquals(behind, MappedFloats.get(y, BEFORE + padded), "nothing behind is written");
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void equalElementsGiveTheBias(Kernels kernels) {
    float[] parameters = new float[2 * GROUP];
    parameters[0] = 5;
    parameters[GROUP] = -2.5f;
    MemorySegment y = MappedFloats.copy(new float[GROUP]);
    Normalization normalization =
        new Normalization(MappedFloats.copy(parameters), 0, (long) GROUP * Float.BYTES, 1, EPSILON);
    kernels.normalize(normalization, MappedFloats.copy(new float[GROUP]), 0, y, 0);
    assertEquals(-2.5f, MappedFloats.get(y, 0));
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void heapSegmentsAreRefused(Kernels kernels) {
    MemorySegment heap = MemorySegment.ofArray(new float[2 * GROUP]);
    MemorySegment y = MappedFloats.copy(new float[GROUP]);
    Normalization normalization = new Normalization(y, 0, 0, GROUP, EPSILON);
    assertThrows(ClassCastException.class, () -> kernels.normalize(normalization, heap, 0, y, 0));
  }
}
