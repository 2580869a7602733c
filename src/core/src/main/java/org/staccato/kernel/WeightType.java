package org.staccato.kernel;

/**
 * The types in which a matrix of weights can be stored. Sums are always taken in f32.
 *
 * <p>A 32-bit word holds one or more consecutive inputs of one row: to unpack one, a product needs
 * only a shift, and for {@link #I8} a conversion.
 */
public enum WeightType {
  /** IEEE 754 binary32. */
  F32(1),

  /**
   * The upper half of a binary32, two inputs in a word: the even one in its lower half. The
   * relative error of a weight is at most 2⁻⁸.
   */
  BF16(2),

  /**
   * Eight bits with a scale per row, four inputs in a word, the first in its lowest byte. Input j
   * of a word w is the signed integer {@code w << 8·(3 − j)} times the scale: the bytes below it
   * are its fraction, so that the products need no mask. The packer rounds each weight with this
   * fraction in mind; the error of a weight is at most half a step, a step being 2²⁴ scales.
   */
  I8(4);

  private final int inputsPerWord;

  WeightType(int inputsPerWord) {
    this.inputsPerWord = inputsPerWord;
  }

  /** {@return the consecutive inputs that a 32-bit word holds} */
  public int inputsPerWord() {
    return inputsPerWord;
  }
}
