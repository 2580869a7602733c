package org.staccato.memory;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The layouts of numbers in weight files, states and scratch, independent of the byte order of the
 * machine.
 */
public final class LittleEndian {

  /** A float on a multiple of 4 bytes. */
  public static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** An int on a multiple of 4 bytes. */
  public static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A long on a multiple of 8 bytes. */
  public static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** An int in memory of a caller, which need not be aligned. */
  public static final ValueLayout.OfInt UNALIGNED_INT = INT.withByteAlignment(1);

  /** A short in memory of a caller, which need not be aligned. */
  public static final ValueLayout.OfShort UNALIGNED_SHORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.LITTLE_ENDIAN).withByteAlignment(1);

  private LittleEndian() {}
}
