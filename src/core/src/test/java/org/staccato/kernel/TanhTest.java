package org.staccato.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.memory.OffHeap;

/** The hyperbolic tangent of every backend against double precision. */
class TanhTest {

  /** Visits every binade at about 20,000 values each: a prime, so that all mantissas differ. */
  private static final int STRIDE = 419;

  private static final int BATCH = 1 << 14;

  @BeforeAll
  static void mapSomething(@TempDir Path folder) {
    MappedFloats.map(folder, new float[16]);
  }

  static Stream<Kernels> kernels() {
    return Stream.of(new ScalarKernels(), ConfiguredKernels.get());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void staysWithinItsBoundOverAllMagnitudes(Kernels kernels) {
    MemorySegment values = OffHeap.allocateFloats(BATCH);
    double worst = 0;
    float worstAt = 0;
    int last = Float.floatToIntBits(20f);
    // A step 64 times as large where the tangent is the identity.
    int bits = 0;
    while (bits <= last) {
      float[] x = new float[BATCH];
      for (int i = 0; i < BATCH; i++) {
        x[i] = (i & 1) == 0 ? Float.intBitsToFloat(bits) : -Float.intBitsToFloat(bits);
        bits += Float.intBitsToFloat(bits) < 1e-4f ? 64 * STRIDE : STRIDE;
        MappedFloats.set(values, i, x[i]);
      }
      kernels.tanh(values, 0, BATCH / Kernels.GROUP);
      for (int i = 0; i < BATCH; i++) {
        double error = errorInUlp(MappedFloats.get(values, i), x[i]);
        if (error > worst) {
          worst = error;
          worstAt = x[i];
        }
      }
    }
    assertTrue(
        worst <= TanhApproximation.MAX_ULP,
        kernels.name() + ": " + worst + " units in the last place at " + worstAt);
  }

  /** The error in units of the last place of the true value, the smaller unit at powers of two. */
  private static double errorInUlp(float actual, float x) {
    double exact = Math.tanh(x);
    float rounded = (float) exact;
    double unit = Math.abs(rounded) == 1 ? Math.ulp(0.75f) : Math.ulp(rounded);
    return Math.abs(actual - exact) / unit;
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void keepsWhatIsSpecial(Kernels kernels) {
    float[] x = {
      0f,
      -0f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      1e-30f,
      9.02f,
      -9.02f,
      9.03f,
      89f,
      -1e10f,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.intBitsToFloat(0x7f800001)
    };
    float[] expected = {
      0f,
      -0f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      1e-30f,
      1,
      -1,
      1,
      1,
      -1,
      1,
      1,
      -1,
      Float.NaN,
      Float.NaN
    };
    MemorySegment values = MappedFloats.copy(x);
    kernels.tanh(values, 0, 1);
    for (int i = 0; i < x.length; i++) {
      assertEquals(
          expected[i], MappedFloats.get(values, i), kernels.name() + ": tanh(" + x[i] + ")");
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void isOddAndNeverBeyondOne(Kernels kernels) {
    MemorySegment values = OffHeap.allocateFloats(BATCH);
    for (int i = 0; i < BATCH; i++) {
      float x = (i - i % 2) * 10f / BATCH;
      MappedFloats.set(values, i, (i & 1) == 0 ? x : -x);
    }
    kernels.tanh(values, 0, BATCH / Kernels.GROUP);
    for (int i = 0; i < BATCH; i += 2) {
      assertEquals(MappedFloats.get(values, i), -MappedFloats.get(values, i + 1));
      assertTrue(MappedFloats.get(values, i) <= 1);
    }
  }
}
