package org.staccato.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.testkit.RandomSeed;

/** Files in memory, mapped and copied: the same bytes, the same end. */
class FileMemoryTest {
  @TempDir Path folder;

  /** One of the two ways. */
  interface Loading {
    FileMemory load(Path file) throws IOException;
  }

  static Stream<Loading> ways() {
    return Stream.of(FileMemory::map, FileMemoryTest::copy);
  }

  @SuppressWarnings("MustBeClosed") // The slot goes with the test.
  private static FileMemory copy(Path file) throws IOException {
    return new FileSlots().copy(file, () -> {});
  }

  @ParameterizedTest
  @MethodSource("ways")
  void showsTheBytesOfItsFileReadOnlyAndAligned(Loading way) throws IOException {
    for (int size : new int[] {1, 3, 63, 64, 65, 4097, (1 << 24) + 1}) {
      byte[] bytes = new byte[size];
      RandomSeed.random(size).nextBytes(bytes);
      Path file = Files.write(folder.resolve("bytes"), bytes);
      try (FileMemory memory = way.load(file)) {
        MemorySegment segment = memory.segment();
        assertEquals(-1, segment.mismatch(MemorySegment.ofArray(bytes)), "size " + size);
        assertEquals(0, segment.address() % OffHeap.ALIGNMENT);
        assertTrue(segment.isReadOnly());
      }
    }
  }

  @Test
  void closingTwiceIsHarmlessAndEndsAllAccess() throws IOException {
    FileMemory memory = FileMemory.map(Files.write(folder.resolve("bytes"), new byte[64]));
    MemorySegment segment = memory.segment();
    memory.close();
    memory.close();
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anEmptyFileIsAnEmptySegment(Loading way) throws IOException {
    try (FileMemory memory = way.load(Files.write(folder.resolve("empty"), new byte[0]))) {
      assertEquals(0, memory.segment().byteSize());
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aMissingFileIsReportedAsSuch(Loading way) {
    assertThrows(NoSuchFileException.class, () -> way.load(folder.resolve("missing")));
  }

  @Test
  void aMappedFileOfMoreThanTwoGibibytesIsOneSegment() throws IOException {
    Path file = folder.resolve("sparse");
    long last = (3L << 30) + 1;
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.SPARSE,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {7}), last);
    }
    try (FileMemory memory = FileMemory.map(file)) {
      assertEquals(last + 1, memory.segment().byteSize());
      assertEquals(7, memory.segment().get(ValueLayout.JAVA_BYTE, last));
    }
  }

  @Test
  void aCopiedFileMayChangeAndShrink() throws IOException {
    Path file = Files.write(folder.resolve("bytes"), new byte[] {1, 2, 3});
    try (FileMemory memory = copy(file)) {
      Files.write(file, new byte[] {9});
      assertEquals(3, memory.segment().get(ValueLayout.JAVA_BYTE, 2));
      assertEquals(1, memory.segment().get(ValueLayout.JAVA_BYTE, 0));
    }
  }
}
