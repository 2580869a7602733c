package org.staccato.memory;

/** Checks indices and lengths, with messages that say which, what was found and what expected. */
public final class Bounds {
  private Bounds() {}

  /**
   * Checks an index.
   *
   * @param what the name of the index in the message
   * @param index the index
   * @param size the number of valid ones, from 0
   * @return the index
   * @throws IndexOutOfBoundsException if it is not valid
   */
  public static int requireIndex(String what, int index, int size) {
    if (index < 0 || index >= size) {
      throw outside(what, index, size);
    }
    return index;
  }

  private static IndexOutOfBoundsException outside(String what, int index, int size) {
    String expected = size == 0 ? "none, since there are none" : "0 to " + (size - 1);
    return new IndexOutOfBoundsException(what + ": found " + index + ", expected " + expected);
  }

  /**
   * Checks that an array holds a number of elements from an offset on.
   *
   * @param what the name of the array in the message
   * @param offset the index of the first element
   * @param count the number of elements
   * @param length the length of the array
   * @throws IndexOutOfBoundsException if it does not, or a number is negative
   */
  public static void requireElements(String what, int offset, int count, int length) {
    if (offset < 0 || count < 0 || count > length - offset) {
      throw new IndexOutOfBoundsException(
          what
              + ": found "
              + count
              + " elements from "
              + offset
              + ", expected them within the length of the array, "
              + length);
    }
  }
}
