package org.staccato.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.staccato.memory.FileMemory;
import org.staccato.memory.OffHeap;

/** Floats, or words, in the two kinds of memory that kernels take. */
final class MappedFloats {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private MappedFloats() {}

  /** Maps a file of floats; the mapping lasts as long as the JVM. */
  static MemorySegment map(Path folder, float[] values) {
    int[] words = new int[values.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = Float.floatToRawIntBits(values[i]);
    }
    return map(folder, words);
  }

  /** Maps a file of words; the mapping lasts as long as the JVM. */
  @SuppressWarnings("MustBeClosedChecker") // Unmapped when the JVM ends.
  static MemorySegment map(Path folder, int[] words) {
    ByteBuffer bytes =
        ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int word : words) {
      bytes.putInt(word);
    }
    try {
      Path file = Files.createTempFile(folder, "floats", null);
      Files.write(file, bytes.array());
      return FileMemory.map(file).segment();
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

  static MemorySegment copy(int[] words) {
    MemorySegment segment = OffHeap.allocateFloats(words.length);
    for (int i = 0; i < words.length; i++) {
      segment.setAtIndex(WORD, i, words[i]);
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
