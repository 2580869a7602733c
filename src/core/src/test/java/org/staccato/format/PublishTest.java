package org.staccato.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.memory.LittleEndian;
import org.staccato.storage.Storage;

/** Publishing replaces a file completely or not at all, and leaves no other file behind. */
class PublishTest {
  private static final byte[] OLD = {1, 2, 3};

  @TempDir Path folder;
  private Path target;

  @BeforeEach
  void putAnOldFileInPlace() throws IOException {
    target = Files.write(folder.resolve("model.safetensors"), OLD);
  }

  /** Fails at one operation, counted from 0; a write then still writes the first half. */
  private static final class FailingStorage implements Storage {
    private final int failing;
    private int operations;
    private boolean replaced;

    FailingStorage(int failing) {
      this.failing = failing;
    }

    boolean hasFailed() {
      return operations > failing;
    }

    private void step() throws IOException {
      if (operations++ == failing) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    public FileChannel create(Path file) throws IOException {
      step();
      return Storage.super.create(file);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
      if (operations == failing) {
        ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
        Storage.super.write(channel, half, position);
      }
      step();
      Storage.super.write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
      step();
      Storage.super.force(channel);
    }

    @Override
    public void replace(Path file, Path target) throws IOException {
      step();
      Storage.super.replace(file, target);
      replaced = true;
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
      step();
      Storage.super.forceFolder(folder);
    }
  }

  @Test
  void aFailureOfAnyOperationOnTheDiskLeavesTheOldFileOrTheNewOne() throws IOException {
    WeightFileWriter writer =
        new WeightFileWriter()
            .tensor("weights", DataType.F32, MemorySegment.ofArray(new float[65_536]), 65_536);
    int failing = 0;
    for (boolean failed = true; failed; failing++) {
      Files.write(target, OLD);
      FailingStorage storage = new FailingStorage(failing);
      try {
        writer.publish(target, storage);
      } catch (IOException e) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith(target.toString()), message);
        assertTrue(message.endsWith("No space left on device"), message);
      }
      failed = storage.hasFailed();
      if (storage.replaced) {
        WeightFile.open(target).close();
      } else {
        assertOldFileAlone();
      }
    }
    // Create, five buffers, the digest, force, rename and the folder; then one run without failure.
    assertEquals(11, failing);
  }

  @Test
  void aSourceThatFailsMidwayLeavesTheOldFile() throws IOException {
    IOException broken = new IOException("the source broke");
    IOException reported =
        assertThrows(IOException.class, () -> publish(output -> putThenThrow(output, broken)));
    assertEquals(target + ": cannot be written: the source broke", reported.getMessage());
    assertOldFileAlone();

    RuntimeException bug = new RuntimeException("a bug");
    assertEquals(
        bug,
        assertThrows(RuntimeException.class, () -> publish(output -> putThenThrow(output, bug))));
    assertOldFileAlone();

    OutOfMemoryError error = new OutOfMemoryError("for a test");
    assertEquals(
        error,
        assertThrows(OutOfMemoryError.class, () -> publish(output -> putThenThrow(output, error))));
    assertOldFileAlone();
  }

  private static <T extends Throwable> void putThenThrow(TensorOutput output, T failure)
      throws IOException, T {
    output.putBytes(MemorySegment.ofArray(new byte[50_000]));
    throw failure;
  }

  @Test
  void aSourceThatSuppliesTheWrongElementsIsRefused() throws IOException {
    assertThrows(IllegalStateException.class, () -> publish(output -> output.putFloat(1)));
    assertThrows(IllegalStateException.class, () -> publish(output -> output.putInt(1)));
    assertThrows(IllegalStateException.class, () -> publish(output -> output.putLong(1)));
    assertThrows(
        IllegalStateException.class,
        () -> publish(output -> output.putBytes(MemorySegment.ofArray(new float[16_001]))));
    assertThrows(
        IllegalStateException.class,
        () -> publish(output -> output.putBytes(MemorySegment.ofArray(new byte[3]))));
    assertOldFileAlone();
  }

  @Test
  void weightsThatAreNotFiniteAreRefused() throws IOException {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      IllegalArgumentException one =
          assertThrows(
              IllegalArgumentException.class, () -> publish(output -> output.putFloat(value)));
      assertEquals(
          "tensor \"weights\": found "
              + value
              + " as element 0, expected finite numbers below 2^64",
          one.getMessage());
      float[] many = new float[16_000];
      many[9_999] = value;
      IllegalArgumentException all =
          assertThrows(
              IllegalArgumentException.class,
              () -> publish(output -> output.putBytes(MemorySegment.ofArray(many))));
      assertEquals(
          "tensor \"weights\": found "
              + value
              + " as element 9999, expected finite numbers below 2^64",
          all.getMessage());
    }
    assertOldFileAlone();
  }

  private void publish(TensorSource source) throws IOException {
    new WeightFileWriter().tensor("weights", DataType.F32, source, 16_000).publish(target);
  }

  @Test
  void aFolderThatDoesNotExistIsNamed() {
    Path missing = folder.resolve("missing");
    IOException refused =
        assertThrows(
            IOException.class, () -> new WeightFileWriter().publish(missing.resolve("model")));
    assertEquals(
        missing.resolve("model") + ": cannot be written: there is no folder " + missing,
        refused.getMessage());
    assertFalse(Files.exists(missing));
  }

  @Test
  void aTargetThatIsAFolderIsRefused() throws IOException {
    Path other = Files.createDirectory(folder.resolve("folder"));
    assertThrows(IOException.class, () -> new WeightFileWriter().publish(other));
    assertTrue(Files.isDirectory(other));
    assertOldFileAlone(other);
  }

  @Test
  void aReadOnlyFolderIsNamed() throws IOException {
    Path readOnly = Files.createDirectory(folder.resolve("read-only"));
    Assumptions.assumeTrue(
        readOnly.getFileSystem().supportedFileAttributeViews().contains("posix"),
        "needs a POSIX file system");
    Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r-xr-xr-x"));
    Assumptions.assumeFalse(Files.isWritable(readOnly), "the superuser may write everywhere");
    IOException refused =
        assertThrows(
            IOException.class, () -> new WeightFileWriter().publish(readOnly.resolve("model")));
    assertEquals(
        readOnly.resolve("model") + ": cannot be written: the folder " + readOnly + " is read-only",
        refused.getMessage());
  }

  @Test
  void aReaderOfTheOldFileKeepsItsBytes() throws IOException {
    publishFilledWith(1);
    try (WeightFile old = WeightFile.open(target)) {
      publishFilledWith(2);
      assertEquals(1, firstFloat(old));
      try (WeightFile renewed = WeightFile.open(target)) {
        assertEquals(2, firstFloat(renewed));
      }
    }
  }

  private void publishFilledWith(float value) throws IOException {
    publish(
        output -> {
          for (int i = 0; i < 16_000; i++) {
            output.putFloat(value);
          }
        });
  }

  private static float firstFloat(WeightFile file) {
    long offset = file.find("weights").orElseThrow().offset();
    return Float.intBitsToFloat(file.data().get(LittleEndian.INT, offset));
  }

  @Test
  void aRelativePathIsPublishedInTheWorkingFolder() throws IOException {
    Path relative = Path.of("").toAbsolutePath().relativize(target);
    new WeightFileWriter().publish(relative);
    WeightFile.open(target).close();
  }

  private void assertOldFileAlone(Path... others) throws IOException {
    assertArrayEquals(OLD, Files.readAllBytes(target));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          Stream.concat(Stream.of(target), Stream.of(others)).sorted().toList(),
          List.copyOf(files.sorted().toList()));
    }
  }
}
