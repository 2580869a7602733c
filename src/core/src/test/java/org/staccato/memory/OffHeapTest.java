package org.staccato.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OffHeapTest {

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 64", "63, 64", "64, 64", "65, 128", "1000003, 1000064"})
  void sizesAreRoundedUpToACacheLine(long bytes, long aligned) {
    assertEquals(aligned, OffHeap.align(bytes));
    assertEquals(aligned, OffHeap.allocate(bytes).byteSize());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 15, 16, 17, 1009})
  void memoryIsAlignedZeroedAndBounded(long floats) {
    MemorySegment memory = OffHeap.allocateFloats(floats);
    assertEquals(0, memory.address() % OffHeap.ALIGNMENT);
    for (long i = 0; i < memory.byteSize(); i++) {
      assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, i));
    }
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> memory.get(ValueLayout.JAVA_BYTE, memory.byteSize()));
  }

  @Test
  void sizesThatDoNotFitALongAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> OffHeap.align(-1));
    assertThrows(IllegalArgumentException.class, () -> OffHeap.align(Long.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> OffHeap.allocateFloats(-1));
    assertThrows(IllegalArgumentException.class, () -> OffHeap.allocateFloats(Long.MAX_VALUE / 2));
  }
}
