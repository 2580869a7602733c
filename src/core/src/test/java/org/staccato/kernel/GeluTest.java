package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.staccato.kernel.Kernels.GROUP;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.memory.OffHeap;

/** The Gaussian error linear unit of every backend against double precision. */
class GeluTest {

  /** Visits every binade at about 20,000 values each: a prime, so that all mantissas differ. */
  private static final int STRIDE = 419;

  private static final int BATCH = 1 << 14;

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void staysWithinItsBoundOverAllMagnitudes(Kernels kernels) {
    MemorySegment values = OffHeap.allocateFloats(BATCH);
    double worst = 0;
    float worstAt = 0;
    int last = Float.floatToIntBits(20f);
    // A step 64 times as large where the function is x/2.
    int bits = Float.floatToIntBits(Float.MIN_NORMAL) * 2;
    while (bits <= last) {
      float[] x = new float[BATCH];
      for (int i = 0; i < BATCH; i++) {
        x[i] = (i & 1) == 0 ? Float.intBitsToFloat(bits) : -Float.intBitsToFloat(bits);
        bits += Float.intBitsToFloat(bits) < 1e-4f ? 64 * STRIDE : STRIDE;
        MappedFloats.set(values, i, x[i]);
      }
      kernels.gelu(values, 0, BATCH / GROUP);
      for (int i = 0; i < BATCH; i++) {
        double error = errorInUlp(MappedFloats.get(values, i), x[i]);
        if (error > worst) {
          worst = error;
          worstAt = x[i];
        }
      }
    }
    assertTrue(
        worst <= GeluApproximation.MAX_ULP,
        kernels.name() + ": " + worst + " units in the last place at " + worstAt);
  }

  /** The error in units of the last place; results below the normal floats may be 0. */
  private static double errorInUlp(float actual, float x) {
    double exact = exact(x);
    if (Math.abs(exact) < Float.MIN_NORMAL && actual == 0) {
      return 0;
    }
    return Math.abs(actual - exact) / Math.ulp((float) exact);
  }

  /** x·Φ(x), with a tail that is exact to some 10⁻¹³ of itself. */
  private static double exact(double x) {
    double z = Math.abs(x);
    return Math.max(x, 0) - z * (z < 1 ? tailNear(z) : tailFar(z));
  }

  /** The series of powers of z. */
  private static double tailNear(double z) {
    double term = z;
    double sum = 0;
    for (int i = 0; i < 25; i++) {
      sum += term / (2 * i + 1);
      term *= -z * z / 2 / (i + 1);
    }
    return 0.5 - sum / Math.sqrt(2 * Math.PI);
  }

  /** The trapezoidal rule with its correction (C. Chiarella and A. Reichel, 1968). */
  private static double tailFar(double z) {
    double x = z / Math.sqrt(2);
    double step = 0.5;
    double sum = 1 / (x * x);
    for (int i = 1; i < 14; i++) {
      double node = i * step;
      sum += 2 * Math.exp(-node * node) / (node * node + x * x);
    }
    double tail = step * x * Math.exp(-x * x) / Math.PI * sum;
    double correction = x < Math.PI / step ? 2 / (1 - Math.exp(2 * Math.PI * x / step)) : 0;
    return (tail + correction) / 2;
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void keepsWhatIsSpecial(Kernels kernels) {
    float[] x = {
      0f,
      -0f,
      13.24f,
      13.25f,
      89f,
      1e30f,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      -13.25f,
      -89f,
      -1e30f,
      -Float.MAX_VALUE,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.intBitsToFloat(0x7f800001),
      -Float.MIN_VALUE
    };
    float[] expected = {
      0f,
      0f,
      13.24f,
      13.25f,
      89f,
      1e30f,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      0,
      0,
      0,
      0,
      0,
      Float.NaN,
      Float.NaN,
      0
    };
    MemorySegment values = MappedFloats.copy(x);
    kernels.gelu(values, 0, 1);
    for (int i = 0; i < x.length; i++) {
      float found = MappedFloats.get(values, i);
      String where = kernels.name() + ": gelu(" + x[i] + ")";
      assertEquals(
          expected[i], found, 8 * Math.ulp(1f) * (expected[i] == 0.8413447f ? 1 : 0), where);
    }
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void writesNothingBehindItsGroups(Kernels kernels) {
    for (int groups = 1; groups < 5; groups++) {
      float[] x = new float[(groups + 2) * GROUP];
      Arrays.fill(x, 1);
      MemorySegment values = MappedFloats.copy(x);
      kernels.gelu(values, (long) GROUP * Float.BYTES, groups);
      for (int i = 0; i < x.length; i++) {
        boolean within = i >= GROUP && i < (groups + 1) * GROUP;
        assertEquals(!within, MappedFloats.get(values, i) == 1, kernels.name() + ", element " + i);
      }
    }
  }

  /** What follows it in a feed-forward network. */
  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void aLimitCutsWhatIsBeyondIt(Kernels kernels) {
    float large = Kernels.LARGEST;
    float[] x = {
      0,
      -1,
      large,
      Math.nextUp(large),
      -large,
      -Math.nextUp(large),
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Math.nextDown(large),
      -Math.nextDown(large),
      Float.MIN_VALUE,
      -0f,
      1
    };
    MemorySegment values = MappedFloats.copy(Arrays.copyOf(x, 2 * GROUP));
    MappedFloats.set(values, GROUP, Float.MAX_VALUE);
    kernels.limit(values, 0, 1);
    for (int i = 0; i < GROUP; i++) {
      float expected = Float.isNaN(x[i]) ? x[i] : Math.clamp(x[i], -large, large);
      assertEquals(expected, MappedFloats.get(values, i), kernels.name() + ": " + x[i]);
    }
    assertEquals(Float.MAX_VALUE, MappedFloats.get(values, GROUP), "nothing behind is written");
  }

  @ParameterizedTest
  @MethodSource("org.staccato.kernel.KernelCases#kernels")
  void heapSegmentsAreRefused(Kernels kernels) {
    MemorySegment heap = MemorySegment.ofArray(new float[GROUP]);
    assertThrows(ClassCastException.class, () -> kernels.gelu(heap, 0, 1));
    assertThrows(ClassCastException.class, () -> kernels.limit(heap, 0, 1));
  }
}
