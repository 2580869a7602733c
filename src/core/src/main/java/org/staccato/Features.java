package org.staccato;

/** Checks vectors of features before they reach a kernel. */
final class Features {
  private static final int EXPONENT = 0x7f800000;

  private Features() {}

  /**
   * Checks that an array holds a number of finite numbers.
   *
   * @throws IllegalArgumentException if it does not
   */
  static void require(float[] features, int count) {
    require(features, 1, count);
  }

  /**
   * Checks that an array holds a number of vectors of finite numbers.
   *
   * @throws IllegalArgumentException if it does not
   */
  static void require(float[] features, int vectors, int width) {
    long numbers = (long) vectors * width;
    if (features.length < numbers) {
      throw new IllegalArgumentException(
          "features: found " + features.length + " numbers, expected " + numbers);
    }
    int count = (int) numbers;
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
