package org.staccato;

/** Checks vectors of features before they reach a kernel. */
final class Features {
  private static final int EXPONENT = 0x7f800000;

  private Features() {}

  /**
   * Checks that an array holds so many finite numbers.
   *
   * @throws IllegalArgumentException if it does not
   */
  static void require(float[] features, int count) {
    if (features.length < count) {
      throw new IllegalArgumentException(
          "features: found " + features.length + " numbers, expected " + count);
    }
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(features[i]) & EXPONENT);
    }
    if (largest == EXPONENT) {
      throw notFinite(features, count);
    }
  }

  private static IllegalArgumentException notFinite(float[] features, int count) {
    int index = 0;
    while (index < count - 1 && Float.isFinite(features[index])) {
      index++;
    }
    return new IllegalArgumentException(
        "features: found " + features[index] + " as number " + index + ", expected finite ones");
  }
}
