package org.staccato.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.testkit.RandomSeed;

/**
 * Slots that files take turns in: their contents, their counts, and the threads that wait for them.
 */
class FileSlotsTest {
  @TempDir Path folder;

  private static void noPause() {}

  private Path file(int size) throws IOException {
    byte[] bytes = new byte[size];
    RandomSeed.random(size).nextBytes(bytes);
    return Files.write(folder.resolve(size + ".bytes"), bytes);
  }

  @Test
  void aFileOfAboutTheSameSizeTakesTheSlotOfTheOneBefore() throws IOException {
    FileSlots slots = new FileSlots();
    FileMemory first = slots.copy(file(1000), FileSlotsTest::noPause);
    long address = first.segment().address();
    long bytes = slots.bytes();
    first.close();
    try (FileMemory second = slots.copy(file(1100), FileSlotsTest::noPause)) {
      assertEquals(address, second.segment().address());
      assertEquals(bytes, slots.bytes());
      byte[] expected = Files.readAllBytes(file(1100));
      assertEquals(-1, second.segment().mismatch(MemorySegment.ofArray(expected)));
    }
    slots.close();
    assertEquals(0, slots.bytes());
  }

  @Test
  void nobodyWaitsForAnAllocation() throws IOException {
    AtomicReference<FileSlots> own = new AtomicReference<>();
    AtomicInteger allocations = new AtomicInteger();
    List<Long> counted = new ArrayList<>();
    FileSlots slots =
        new FileSlots(
            (file, arena, size) -> {
              assertFalse(Thread.holdsLock(own.get()), "the slots are free for others");
              counted.add(own.get().bytes() - size);
              allocations.incrementAndGet();
              return FileMemory.allocate(file, arena, size);
            });
    own.set(slots);
    FileMemory small = slots.copy(file(1000), FileSlotsTest::noPause);
    FileMemory other = slots.copy(file(1000), FileSlotsTest::noPause);
    long two = slots.bytes();
    small.close();
    // The slot that is too small is released for it.
    FileMemory large = slots.copy(file(5000), FileSlotsTest::noPause);
    assertEquals(3, allocations.get());
    assertEquals(List.of(0L, two / 2, two / 2), counted, "bytes count from before they are there");
    large.close();
    other.close();
    slots.close();
    assertEquals(0, slots.bytes());
  }

  @Test
  void aSlotThatCannotBeFreedKeepsNoOther() throws IOException {
    List<Arena> arenas = new ArrayList<>();
    FileSlots slots =
        new FileSlots(
            (file, arena, size) -> {
              arenas.add(arena);
              return FileMemory.allocate(file, arena, size);
            });
    FileMemory first = slots.copy(file(1000), FileSlotsTest::noPause);
    FileMemory second = slots.copy(file(1000), FileSlotsTest::noPause);
    first.close();
    second.close();
    arenas.getFirst().close();
    assertThrows(IllegalStateException.class, slots::close);
    assertFalse(arenas.getLast().scope().isAlive());
    assertEquals(0, slots.bytes());
    slots.close();
  }

  @Test
  void whatCannotBeAllocatedIsNotCounted() throws IOException {
    FileSlots slots =
        new FileSlots(
            (file, arena, size) -> {
              throw new IOException("no memory");
            });
    for (int i = 0; i < 3; i++) {
      assertThrows(IOException.class, () -> slots.copy(file(1000), FileSlotsTest::noPause));
      assertEquals(0, slots.bytes());
    }
  }

  @Test
  void slotsThatAreClosedDuringAnAllocationFreeItWithItsFile() throws IOException {
    AtomicReference<FileSlots> own = new AtomicReference<>();
    FileSlots slots =
        new FileSlots(
            (file, arena, size) -> {
              own.get().close();
              return FileMemory.allocate(file, arena, size);
            });
    own.set(slots);
    FileMemory copy = slots.copy(file(1000), FileSlotsTest::noPause);
    assertTrue(slots.bytes() >= 1000);
    copy.close();
    assertEquals(0, slots.bytes());
    assertFalse(copy.segment().scope().isAlive());
    assertThrows(IllegalStateException.class, () -> slots.copy(file(1000), FileSlotsTest::noPause));
  }

  @Test
  void aCopyPausesBetweenSmallChunks() throws IOException {
    AtomicInteger pauses = new AtomicInteger();
    try (FileSlots slots = new FileSlots()) {
      slots.copy(file(1 << 20), pauses::incrementAndGet).close();
    }
    assertTrue(pauses.get() >= 16, "a MiB takes 16 chunks or more: " + pauses);
  }
}
