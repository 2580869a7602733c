package org.staccato.kernel.vector;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.staccato.kernel.ConfiguredKernels;

/** The width of the vectors, chosen once, and the layout of numbers in memory. */
final class VectorLayout {
  private static final VectorShape SHAPE =
      VectorShape.forBitSize(ConfiguredKernels.backend().bits());

  static final VectorSpecies<Float> FLOATS = VectorSpecies.of(float.class, SHAPE);
  static final VectorSpecies<Integer> WORDS = VectorSpecies.of(int.class, SHAPE);

  /** The floats of a vector: 16, 8 or 4. */
  static final int WIDTH = FLOATS.length();

  /** The bytes of a vector. */
  static final long BYTES = (long) WIDTH * Float.BYTES;

  static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE);

  private VectorLayout() {}
}
