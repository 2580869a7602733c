package org.staccato.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.staccato.memory.FileMapping;
import org.staccato.memory.OffHeap;

/** Floats in the two kinds of memory that kernels take. */
final class MappedFloats {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private MappedFloats() {}

  /** Maps a file of floats; the mapping lasts as long as the JVM. */
  @SuppressWarnings("MustBeClosedChecker") // Unmapped when the JVM ends.
  static MemorySegment map(Path folder, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    try {
      Path file = Files.createTempFile(folder, "floats", null);
      Files.write(file, bytes.array());
      return FileMapping.open(file).segment();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static MemorySegment copy(float[] values) {
    MemorySegment segment = OffHeap.allocateFloats(values.length);
    for (int i = 0; i < values.length; i++) {
      set(segment, i, values[i]);
    }
    return segment;
  }

  static float get(MemorySegment segment, int index) {
    return segment.getAtIndex(FLOAT, index);
  }

  static void set(MemorySegment segment, int index, float value) {
    segment.setAtIndex(FLOAT, index, value);
  }
}
