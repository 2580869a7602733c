package org.staccato.kernel;

import org.jspecify.annotations.Nullable;

/**
 * The implementation of the kernels that runs.
 *
 * @param bits the width of the vector registers in use, or 0 for the scalar kernels
 */
public record Backend(int bits) {

  /** The kernels in plain Java. */
  public static final Backend SCALAR = new Backend(0);

  /** The system property that demands {@code vector} or {@code scalar}. */
  public static final String BACKEND_PROPERTY = "staccato.backend";

  /** The system property that demands a width of 128, 256 or 512 bits. */
  public static final String BITS_PROPERTY = "staccato.vector.bits";

  private static final int NARROWEST = 128;
  private static final int WIDEST = 512;

  /** {@return {@code scalar}, or {@code vector-} and the width in bits} */
  public String name() {
    return bits == 0 ? "scalar" : "vector-" + bits;
  }

  /**
   * Chooses a backend. Without a demand it is the preferred vector width of the machine, at most
   * 512 bits, or scalar if the Vector API is absent or the machine has no registers of 128 bits.
   *
   * @param backend the value of {@link #BACKEND_PROPERTY}, or null
   * @param bits the value of {@link #BITS_PROPERTY}, or null
   * @param preferredBits the machine's preferred vector width, or 0 if the Vector API or the
   *     compiler that it needs is absent
   * @return the backend
   * @throws IllegalArgumentException if a value is not one of those allowed, or if vectors are
   *     demanded but the Vector API is absent; the message says what to do
   */
  public static Backend choose(@Nullable String backend, @Nullable String bits, int preferredBits) {
    int demandedBits = parseBits(bits);
    switch (backend) {
      case "scalar" -> {
        return SCALAR;
      }
      case "vector" -> {
        if (preferredBits == 0) {
          throw new IllegalArgumentException(
              "-D"
                  + BACKEND_PROPERTY
                  + "=vector needs the Vector API and the optimising compiler: start the JVM with "
                  + ConfiguredKernels.MODULE_OPTION
                  + " and without -Xint or -XX:TieredStopAtLevel");
        }
      }
      case null -> {}
      default ->
          throw new IllegalArgumentException(
              "-D" + BACKEND_PROPERTY + ": found " + backend + ", expected vector or scalar");
    }
    if (preferredBits == 0) {
      return SCALAR;
    }
    if (demandedBits != 0) {
      return new Backend(demandedBits);
    }
    if (preferredBits < NARROWEST && backend == null) {
      return SCALAR;
    }
    return new Backend(Math.clamp(Integer.highestOneBit(preferredBits), NARROWEST, WIDEST));
  }

  /**
   * Returns whether the JVM has the optimising compiler, according to its description of itself.
   * Without this compiler vector kernels are hundreds of times slower than scalar ones.
   *
   * @param vmInfo the system property {@code java.vm.info}, or null
   * @return false if the JVM only interprets, or only has the quick compiler
   */
  public static boolean isOptimizing(@Nullable String vmInfo) {
    return vmInfo == null
        || !(vmInfo.contains("interpreted mode") || vmInfo.contains("emulated-client"));
  }

  private static int parseBits(@Nullable String bits) {
    return switch (bits) {
      case null -> 0;
      case "128", "256", "512" -> Integer.parseInt(bits);
      default ->
          throw new IllegalArgumentException(
              "-D" + BITS_PROPERTY + ": found " + bits + ", expected 128, 256 or 512");
    };
  }
}
