package org.staccato.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.format.ModelRejectedException.Reason;

/** Each case breaks one rule of the format and expects the reason of that rule. */
class RejectionTest {
  private static final String A =
      "\"a\":{\"dtype\":\"F32\",\"shape\":[16],\"data_offsets\":[0,64]}";
  private static final String VERSION = "\"staccato.format.version\":\"3\"";

  @TempDir Path folder;

  @Test
  void theFileThatAllCasesStartFromIsValid() throws IOException {
    Path path = write(CraftedFile.of(CraftedFile.HEADER, CraftedFile.DATA_SIZE));
    try (WeightFile file = WeightFile.open(path)) {
      assertEquals(2, file.tensors().size());
    }
  }

  static Stream<Arguments> headers() {
    return Stream.of(
        arguments(Reason.HEADER_SYNTAX, "{\"__metadata__\"", "{__metadata__"),
        arguments(Reason.HEADER_SYNTAX, "{\"__metadata__\"", " {\"__metadata__\""),
        arguments(Reason.HEADER_SYNTAX, "[64,192]}}", "[64,192]}} x"),
        arguments(Reason.HEADER_SYNTAX, "[64,192]}}", "[64,192]}"),
        arguments(Reason.DUPLICATE_NAME, "\"b\":", "\"a\":"),
        arguments(Reason.DUPLICATE_NAME, "\"b\":", "\"\\u0061\":"),
        arguments(Reason.DUPLICATE_NAME, "\"shape\":[16]", "\"shape\":[16],\"shape\":[16]"),
        arguments(Reason.DUPLICATE_NAME, VERSION, VERSION + "," + VERSION),
        arguments(Reason.HEADER_STRUCTURE, VERSION, VERSION + ",\"note\":7"),
        arguments(Reason.HEADER_STRUCTURE, A, "\"a\":[]"),
        arguments(Reason.HEADER_STRUCTURE, "\"dtype\":\"F32\",", ""),
        arguments(Reason.HEADER_STRUCTURE, "\"shape\":[16],", ""),
        arguments(Reason.HEADER_STRUCTURE, ",\"data_offsets\":[0,64]", ""),
        arguments(Reason.HEADER_STRUCTURE, "\"shape\":[16]", "\"shape\":[16],\"stride\":[1]"),
        arguments(Reason.HEADER_STRUCTURE, "\"shape\":[16]", "\"shape\":[16.0]"),
        arguments(Reason.HEADER_STRUCTURE, "\"shape\":[16]", "\"shape\":\"16\""),
        arguments(Reason.HEADER_STRUCTURE, "\"shape\":[16]", "\"shape\":[9223372036854775808]"),
        arguments(Reason.HEADER_STRUCTURE, "[0,64]", "[0,64,128]"),
        arguments(Reason.HEADER_STRUCTURE, "[0,64]", "[64]"),
        arguments(Reason.VERSION_MISSING, VERSION, "\"format\":\"pt\""),
        arguments(Reason.VERSION_SYNTAX, VERSION, VERSION.replace("3", "3.0")),
        arguments(Reason.VERSION_SYNTAX, VERSION, VERSION.replace("3", "")),
        arguments(Reason.VERSION_SYNTAX, VERSION, VERSION.replace("3", "-3")),
        arguments(Reason.VERSION_OLDER, VERSION, VERSION.replace("3", "1")),
        arguments(Reason.VERSION_OLDER, VERSION, VERSION.replace("3", "2")),
        arguments(Reason.VERSION_NEWER, VERSION, VERSION.replace("3", "4")),
        arguments(Reason.VERSION_NEWER, VERSION, VERSION.replace("3", "9".repeat(30))),
        arguments(Reason.DIGEST_MISSING, "\"staccato.digest\"", "\"staccato.Digest\""),
        arguments(Reason.DIGEST_MISSING, "{\"__metadata__\":", "{ \"__metadata__\":"),
        arguments(Reason.TENSOR_TYPE, "\"F32\"", "\"F64\""),
        arguments(Reason.TENSOR_TYPE, "\"F32\"", "\"f32\""),
        arguments(Reason.TENSOR_SHAPE, "[16]", "[0]"),
        arguments(Reason.TENSOR_SHAPE, "[16]", "[-16,-1]"),
        arguments(Reason.TENSOR_SHAPE, "[16]", "[4294967296,2147483648]"),
        arguments(Reason.TENSOR_SHAPE, "[16]", "[4611686018427387904]"),
        arguments(Reason.TENSOR_SHAPE, "[16]", "[1,1,1,1,1,1,1,1,16]"),
        arguments(Reason.TENSOR_SIZE, "[16]", "[17]"),
        arguments(Reason.TENSOR_SIZE, "[16]", "[]"),
        arguments(Reason.TENSOR_SIZE, "[0,64]", "[64,0]"),
        arguments(Reason.TENSOR_SIZE, "[0,64]", "[-64,0]"),
        arguments(Reason.TENSOR_SIZE, "[0,64]", "[9223372036854775807,-9223372036854775745]"),
        arguments(
            Reason.TENSOR_ALIGNMENT, "[16],\"data_offsets\":[0,64]", "[8],\"data_offsets\":[0,32]"),
        arguments(Reason.TENSOR_OVERLAP, "[64,192]", "[0,128]"),
        arguments(Reason.TENSOR_OVERLAP, "[64,192]", "[32,160]"),
        arguments(Reason.TENSOR_GAP, "[64,192]", "[128,256]"),
        arguments(Reason.TENSOR_GAP, "[0,64]", "[192,256]"),
        arguments(Reason.TENSOR_GAP, "[64,192]", "[9223372036854775616,9223372036854775744]"),
        arguments(
            Reason.FILE_SIZE, "[2,16],\"data_offsets\":[64,192]", "[16],\"data_offsets\":[64,128]"),
        arguments(
            Reason.FILE_SIZE,
            "[2,16],\"data_offsets\":[64,192]",
            "[3,16],\"data_offsets\":[64,256]"),
        arguments(
            Reason.FILE_SIZE,
            ",\"b\":{\"dtype\":\"I32\",\"shape\":[2,16],\"data_offsets\":[64,192]}",
            ""));
  }

  @ParameterizedTest(name = "{0}: {1} -> {2}")
  @MethodSource("headers")
  void aHeaderWithOneMistakeIsRejectedForIt(Reason reason, String valid, String mistaken)
      throws IOException {
    assertTrue(CraftedFile.HEADER.contains(valid), "the case no longer fits the header");
    String header = CraftedFile.HEADER.replace(valid, mistaken);
    assertRejected(reason, CraftedFile.of(header, CraftedFile.DATA_SIZE));
  }

  @Test
  void tensorsMayBeListedInAnyOrder() throws IOException {
    String header =
        CraftedFile.HEADER.replace("[0,64]", "[128,192]").replace("[64,192]", "[0,128]");
    try (WeightFile file = WeightFile.open(write(CraftedFile.of(header, CraftedFile.DATA_SIZE)))) {
      assertEquals("b", file.tensors().getFirst().name());
    }
  }

  @Test
  void anEmptyFileIsRejected() throws IOException {
    assertRejected(Reason.EMPTY, new byte[0]);
  }

  @Test
  void aFileThatEndsInItsHeaderIsRejected() throws IOException {
    byte[] file = CraftedFile.of(CraftedFile.HEADER, CraftedFile.DATA_SIZE);
    assertRejected(Reason.HEADER_TRUNCATED, Arrays.copyOf(file, 7));
    assertRejected(Reason.HEADER_TRUNCATED, Arrays.copyOf(file, 8));
    assertRejected(Reason.HEADER_TRUNCATED, Arrays.copyOf(file, 100));
  }

  @Test
  void aHeaderLengthThatLiesIsRejected() throws IOException {
    byte[] file = CraftedFile.of(CraftedFile.HEADER, CraftedFile.DATA_SIZE);
    long length = file.length - 8L - CraftedFile.DATA_SIZE;
    assertRejected(Reason.HEADER_SYNTAX, withLength(file, 0));
    assertRejected(Reason.HEADER_SYNTAX, withLength(file, 40));
    assertRejected(Reason.HEADER_ALIGNMENT, withLength(file, length - 1));
    assertRejected(Reason.HEADER_SYNTAX, withLength(file, length + 64));
    assertRejected(Reason.HEADER_TRUNCATED, withLength(file, file.length - 7L));
    assertRejected(Reason.HEADER_TRUNCATED, withLength(file, WeightFile.HEADER_LIMIT));
    assertRejected(Reason.HEADER_TOO_LARGE, withLength(file, WeightFile.HEADER_LIMIT + 1L));
    assertRejected(Reason.HEADER_TOO_LARGE, withLength(file, Long.MAX_VALUE));
    assertRejected(Reason.HEADER_TOO_LARGE, withLength(file, -1));
  }

  private static byte[] withLength(byte[] file, long length) {
    byte[] copy = file.clone();
    System.arraycopy(CraftedFile.littleEndian(length), 0, copy, 0, 8);
    return CraftedFile.sealed(copy);
  }

  @Test
  void malformedUtf8InTheHeaderIsRejected() throws IOException {
    byte[] file = CraftedFile.of(CraftedFile.HEADER.replace("\"b\"", "\"#\""), 192);
    for (int i = 8; i < file.length; i++) {
      if (file[i] == '#') {
        file[i] = (byte) 0xff;
      }
    }
    assertRejected(Reason.HEADER_SYNTAX, CraftedFile.sealed(file));
  }

  @Test
  void foreignFilesAreRejected() throws IOException {
    assertRejected(
        Reason.HEADER_TOO_LARGE, "user,item,time\n1,2,3\n".getBytes(StandardCharsets.US_ASCII));
    assertRejected(Reason.VERSION_MISSING, CraftedFile.of("{" + A + "}", 64));
    assertRejected(Reason.VERSION_MISSING, CraftedFile.unsealed("{}", 0));
  }

  @Test
  void tooManyTensorsAreRejected() throws IOException {
    StringBuilder header = new StringBuilder(CraftedFile.HEADER.replace("}}", "}"));
    for (int i = 0; i < WeightFile.TENSOR_LIMIT; i++) {
      header
          .append(",\"")
          .append(i)
          .append("\":{\"dtype\":\"I8\",\"shape\":[64],\"data_offsets\":[");
      header.append(192 + 64 * i).append(',').append(256 + 64 * i).append("]}");
    }
    assertRejected(
        Reason.TENSOR_COUNT,
        CraftedFile.of(header.append('}').toString(), 192 + 64 * WeightFile.TENSOR_LIMIT));
  }

  @Test
  void floatsThatAreNotFiniteOrTooLargeAreRejectedInFloatTensorsOnly() throws IOException {
    Path path = write(CraftedFile.of(CraftedFile.HEADER, CraftedFile.DATA_SIZE));
    CraftedFile.overwrite(path, "b", 0, CraftedFile.littleEndian(0x7fc00000));
    try (WeightFile file = WeightFile.open(path)) {
      assertEquals(2, file.tensors().size());
    }
    for (int bits :
        new int[] {
          0x7f800000, 0xff800000, 0x7fc00000, 0xffffffff, 0x7f800001, 0x5f800000, 0xdf800000
        }) {
      Files.write(path, CraftedFile.of(CraftedFile.HEADER, CraftedFile.DATA_SIZE));
      CraftedFile.overwrite(path, "a", 60, CraftedFile.littleEndian(bits));
      ModelRejectedException rejected =
          assertThrows(ModelRejectedException.class, () -> WeightFile.open(path));
      assertEquals(Reason.NOT_FINITE, rejected.reason());
      assertTrue(
          String.valueOf(rejected.getMessage()).contains("tensor \"a\"")
              && String.valueOf(rejected.getMessage()).contains("element 15"),
          rejected::toString);
    }
  }

  @Test
  void floatsThatAreNotFiniteOrTooLargeAreRejectedInHalvedFloatsToo() throws IOException {
    String header = CraftedFile.HEADER.replace("\"F32\",\"shape\":[16]", "\"BF16\",\"shape\":[32]");
    for (int bits : new int[] {0x7f80, 0xff80, 0x7fc0, 0xffff, 0x7f81, 0x5f80, 0xdf80}) {
      Path path = write(CraftedFile.of(header, CraftedFile.DATA_SIZE));
      byte[] half = {(byte) bits, (byte) (bits >>> 8)};
      CraftedFile.overwrite(path, "a", 62, half);
      ModelRejectedException rejected =
          assertThrows(ModelRejectedException.class, () -> WeightFile.open(path));
      assertEquals(Reason.NOT_FINITE, rejected.reason());
      assertTrue(String.valueOf(rejected.getMessage()).contains("element 31"), rejected::toString);
    }
    Path path = write(CraftedFile.of(header, CraftedFile.DATA_SIZE));
    CraftedFile.overwrite(path, "a", 62, new byte[] {0x7f, 0x5f});
    try (WeightFile file = WeightFile.open(path)) {
      assertEquals(DataType.BF16, file.tensors().getFirst().type());
    }
  }

  @Test
  void aMessageIsOneShortLineWhateverTheFileHasForNames() throws IOException {
    String name = "x\\ny\\u2028" + "z".repeat(100_000);
    String header = CraftedFile.HEADER.replace("\"a\"", "\"" + name + "\"").replace("F32", "F3");
    ModelRejectedException rejected =
        assertRejected(Reason.TENSOR_TYPE, CraftedFile.of(header, 192));
    String message = String.valueOf(rejected.getMessage());
    assertTrue(message.contains("tensor \"xU+000AyU+2028zzz"), message);
    assertTrue(message.contains("found the type F3, expected"), message);
    assertTrue(message.length() < 2_000, () -> "characters: " + message.length());
  }

  @Test
  void aFolderIsRejectedAndAMissingFileIsMissing() {
    assertEquals(
        Reason.NOT_A_FILE,
        assertThrows(ModelRejectedException.class, () -> WeightFile.open(folder)).reason());
    assertThrows(NoSuchFileException.class, () -> WeightFile.open(folder.resolve("missing")));
  }

  private ModelRejectedException assertRejected(Reason reason, byte[] file) throws IOException {
    Path path = write(file);
    ModelRejectedException rejected =
        assertThrows(ModelRejectedException.class, () -> WeightFile.open(path));
    assertEquals(reason, rejected.reason(), rejected::getMessage);
    assertEquals(path, rejected.file());
    assertTrue(String.valueOf(rejected.getMessage()).startsWith(path + ": "), rejected::toString);
    return rejected;
  }

  private Path write(byte[] file) throws IOException {
    return Files.write(folder.resolve("model.safetensors"), file);
  }
}
