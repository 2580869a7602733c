package org.staccato.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.ModelRejectedException.Reason;

class WeightFileTest {
  @TempDir Path folder;

  @Test
  void whatIsPublishedIsWhatIsOpened() throws IOException {
    Path path = folder.resolve("model.safetensors");
    String digest =
        new WeightFileWriter()
            .metadata("note", "quotes \" and umlauts ä and 🎼\n")
            .tensor("floats", DataType.F32, WeightFileTest::countInFloats, 2, 3, 16)
            .tensor("ints", DataType.I32, WeightFileTest::countInInts, 1, 16)
            .tensor("longs", DataType.I64, WeightFileTest::countInLongs, 8)
            .tensor("bytes", DataType.U8, MemorySegment.ofArray(new byte[192]), 192)
            .publish(path);

    try (WeightFile file = WeightFile.open(path)) {
      assertEquals(path, file.path());
      assertEquals(digest, file.digest());
      assertEquals(
          List.of("staccato.digest", "note", "staccato.format.version"),
          List.copyOf(file.metadata().keySet()));
      assertEquals("quotes \" and umlauts ä and 🎼\n", file.metadata().get("note"));
      assertEquals(
          List.of("floats", "ints", "longs", "bytes"),
          file.tensors().stream().map(Tensor::name).toList());
      for (Tensor tensor : file.tensors()) {
        assertEquals(0, (file.data().address() + tensor.offset()) % 64);
      }
      assertEquals(Files.size(path), file.tensors().getLast().end());

      Tensor floats = file.require("floats", DataType.F32, 2, 3, 16);
      Tensor ints = file.require("ints", DataType.I32, 1, WeightFile.ANY);
      Tensor longs = file.require("longs", DataType.I64, 8);
      assertEquals(96, floats.elements());
      assertEquals(95, file.data().get(ValueLayout.JAVA_FLOAT, floats.offset() + 95 * 4L));
      assertEquals(-15, file.data().get(ValueLayout.JAVA_INT, ints.offset() + 15 * 4L));
      assertEquals(7L << 40, file.data().get(ValueLayout.JAVA_LONG, longs.offset() + 7 * 8L));
      assertTrue(file.find("absent").isEmpty());
    }
  }

  private static void countInFloats(TensorOutput output) throws IOException {
    for (int i = 0; i < 96; i++) {
      output.putFloat(i);
    }
  }

  private static void countInInts(TensorOutput output) throws IOException {
    for (int i = 0; i < 16; i++) {
      output.putInt(-i);
    }
  }

  private static void countInLongs(TensorOutput output) throws IOException {
    for (long i = 0; i < 8; i++) {
      output.putLong(i << 40);
    }
  }

  @Test
  void theBytesDependOnNothingButTheContent() throws IOException {
    WeightFileWriter one =
        new WeightFileWriter()
            .metadata("a", "1")
            .metadata("b", "2")
            .tensor("ints", DataType.I32, WeightFileTest::countInInts, 16);
    WeightFileWriter other =
        new WeightFileWriter()
            .metadata("b", "2")
            .metadata("a", "1")
            .tensor("ints", DataType.I32, WeightFileTest::countInInts, 16);
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    Path third = folder.resolve("third");
    assertEquals(one.publish(first), one.publish(second));
    other.publish(third);
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(third));
  }

  /** The example of docs/weight-file.md, whose digest was computed by other means. */
  @Test
  void theExampleOfTheSpecificationIsReproduced() throws IOException {
    float[] counted = new float[16];
    for (int i = 0; i < counted.length; i++) {
      counted[i] = i;
    }
    Path path = folder.resolve("example");
    String digest =
        new WeightFileWriter()
            .tensor("a", DataType.F32, MemorySegment.ofArray(counted), 16)
            .publish(path);
    assertEquals("93ade63d5f28886fa93dae617e13e841d65abb7faddf51a889da296b5a450758", digest);
    assertEquals(320, Files.size(path));
  }

  @Test
  void aFileWithoutTensorsIsPossible() throws IOException {
    Path path = folder.resolve("bare");
    new WeightFileWriter().publish(path);
    try (WeightFile file = WeightFile.open(path)) {
      assertEquals(List.of(), file.tensors());
    }
  }

  @Test
  void aRequiredTensorMustBeThereWithItsTypeAndShape() throws IOException {
    Path path = folder.resolve("model");
    new WeightFileWriter()
        .tensor("ints", DataType.I32, WeightFileTest::countInInts, 1, 16)
        .publish(path);
    try (WeightFile file = WeightFile.open(path)) {
      assertRejected(
          Reason.TENSOR_MISSING,
          path + ": tensor \"inputs\": found none, expected F32",
          () -> file.require("inputs", DataType.F32, 16));
      assertRejected(
          Reason.TENSOR_TYPE,
          path + ": tensor \"ints\": found I32, expected F32",
          () -> file.require("ints", DataType.F32, 1, 16));
      assertRejected(
          Reason.SHAPE,
          path + ": tensor \"ints\": found the shape [1, 16], expected [2, any]",
          () -> file.require("ints", DataType.I32, 2, WeightFile.ANY));
      assertRejected(
          Reason.SHAPE,
          path + ": tensor \"ints\": found the shape [1, 16], expected [16]",
          () -> file.require("ints", DataType.I32, 16));
    }
  }

  @Test
  void closingTwiceIsHarmlessAndEndsAllAccess() throws IOException {
    Path path = folder.resolve("model");
    new WeightFileWriter().publish(path);
    WeightFile file = WeightFile.open(path);
    MemorySegment data = file.data();
    file.close();
    file.close();
    assertThrows(IllegalStateException.class, () -> data.get(ValueLayout.JAVA_BYTE, 0));
  }

  @Test
  void theWriterRefusesWhatTheReaderWouldReject() {
    WeightFileWriter writer =
        new WeightFileWriter()
            .metadata("taken", "")
            .tensor("taken", DataType.I32, WeightFileTest::countInInts, 16);
    refuses(() -> writer.metadata("taken", ""));
    refuses(() -> writer.metadata("staccato.digest", ""));
    refuses(() -> writer.metadata("staccato.format.version", "3"));
    refuses(() -> writer.metadata("lone surrogate", "\ud800"));
    TensorSource nothing = _ -> {};
    refuses(() -> writer.tensor("taken", DataType.I32, nothing, 16));
    refuses(() -> writer.tensor("__metadata__", DataType.I32, nothing, 16));
    refuses(() -> writer.tensor("odd", DataType.I32, nothing, 15));
    refuses(() -> writer.tensor("empty", DataType.I32, nothing, 16, 0));
    refuses(() -> writer.tensor("negative", DataType.I32, nothing, -16, -1));
    refuses(() -> writer.tensor("overflow", DataType.I32, nothing, 1L << 32, 1L << 31));
    refuses(() -> writer.tensor("deep", DataType.I32, nothing, 1, 1, 1, 1, 1, 1, 1, 1, 16));
  }

  private static void refuses(Executable addition) {
    assertThrows(IllegalArgumentException.class, addition);
  }

  private static void assertRejected(Reason reason, String message, Executable action) {
    ModelRejectedException rejected = assertThrows(ModelRejectedException.class, action);
    assertEquals(reason, rejected.reason());
    assertEquals(message, rejected.getMessage());
  }
}
