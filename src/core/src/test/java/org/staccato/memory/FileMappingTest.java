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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMappingTest {
  @TempDir Path folder;

  @Test
  void aMappingShowsTheBytesOfItsFileReadOnly() throws IOException {
    Path file = Files.write(folder.resolve("bytes"), new byte[] {1, 2, 3});
    try (FileMapping mapping = FileMapping.open(file)) {
      assertEquals(3, mapping.segment().byteSize());
      assertEquals(3, mapping.segment().get(ValueLayout.JAVA_BYTE, 2));
      assertTrue(mapping.segment().isReadOnly());
    }
  }

  @Test
  void closingTwiceIsHarmlessAndEndsAllAccess() throws IOException {
    FileMapping mapping = FileMapping.open(Files.write(folder.resolve("bytes"), new byte[64]));
    MemorySegment segment = mapping.segment();
    mapping.close();
    mapping.close();
    assertThrows(IllegalStateException.class, () -> segment.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void anEmptyFileIsAnEmptySegment() throws IOException {
    try (FileMapping mapping = FileMapping.open(Files.createFile(folder.resolve("empty")))) {
      assertEquals(0, mapping.segment().byteSize());
    }
  }

  @Test
  void aFileOfMoreThanTwoGibibytesIsOneSegment() throws IOException {
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
    try (FileMapping mapping = FileMapping.open(file)) {
      assertEquals(last + 1, mapping.segment().byteSize());
      assertEquals(7, mapping.segment().get(ValueLayout.JAVA_BYTE, last));
    }
  }

  @Test
  void aMissingFileIsReportedAsSuch() {
    assertThrows(NoSuchFileException.class, () -> FileMapping.open(folder.resolve("missing")));
  }
}
