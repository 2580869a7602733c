package org.staccato.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.LiveModel;
import org.staccato.format.CraftedFile;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.WeightFile;

/**
 * Files that are not converted: other versions, damage and contradictions. The target does not
 * change.
 */
class FormatUpgradeRefusalTest {
  @TempDir Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void choosePaths() {
    source = folder.resolve("old.safetensors");
    target = folder.resolve("new.safetensors");
  }

  static Stream<String> files() {
    return EarlierFiles.names();
  }

  private static byte[] old(String name) throws IOException {
    return EarlierFiles.read(name + ".safetensors");
  }

  @ParameterizedTest
  @MethodSource("files")
  void theEarlierVersionIsRefusedWithTheCommandThatConvertsIt(String name) throws IOException {
    Files.write(source, old(name));
    ModelRejectedException refused =
        assertThrows(ModelRejectedException.class, () -> LiveModel.open(source));
    assertEquals(Reason.VERSION_OLDER, refused.reason());
    assertEquals(
        source
            + ": staccato.format.version: found 2, expected 3;"
            + " \"staccato upgrade OLD NEW\" converts the file",
        refused.getMessage());
  }

  @Test
  void otherVersionsAreNotConverted() throws IOException {
    byte[] older = {1, 2, 3};
    Files.write(target, older);
    assertRefused(
        Reason.VERSION_OLDER, "found 1, expected 2; export the model again", withVersion("1"));
    assertRefused(
        Reason.VERSION_NEWER,
        "found 3, expected 2; the file needs no conversion",
        withVersion("3"));
    assertRefused(
        Reason.VERSION_NEWER, "a later version of Staccato wrote this file", withVersion("4"));
    assertRefused(Reason.VERSION_SYNTAX, "expected 2", withVersion("x"));
    assertArrayEquals(older, Files.readAllBytes(target));
  }

  /** A file that was converted is not converted again. */
  @Test
  void theNewVersionNeedsNoConversion() throws IOException {
    Files.write(source, old("lstm-tied"));
    FormatUpgrade.write(source, target);
    byte[] converted = Files.readAllBytes(target);
    assertRefused(Reason.VERSION_NEWER, "the file needs no conversion", converted);
    assertArrayEquals(converted, Files.readAllBytes(target));
  }

  private static byte[] withVersion(String version) throws IOException {
    return changed("lstm-tied", "format.version\":\"2\"", "format.version\":\"" + version + "\"");
  }

  /** A file whose header says something else, with the right digest. */
  private static byte[] changed(String name, String part, String by) throws IOException {
    ByteBuffer file = ByteBuffer.wrap(old(name)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[Math.toIntExact(file.getLong())];
    file.get(header);
    String text = new String(header, StandardCharsets.UTF_8);
    assertTrue(text.contains(part), part);
    byte[] other = text.strip().replace(part, by).getBytes(StandardCharsets.UTF_8);
    int length = Math.ceilDiv(Long.BYTES + other.length, 64) * 64 - Long.BYTES;
    byte[] padded = Arrays.copyOf(other, length);
    Arrays.fill(padded, other.length, length, (byte) ' ');
    return CraftedFile.sealed(
        ByteBuffer.allocate(Long.BYTES + length + file.remaining())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(length)
            .put(padded)
            .put(file)
            .array());
  }

  private void assertRefused(Reason reason, String words, byte[] bytes) throws IOException {
    Files.write(source, bytes);
    ModelRejectedException refused =
        assertThrows(ModelRejectedException.class, () -> FormatUpgrade.write(source, target));
    String message = String.valueOf(refused.getMessage());
    assertEquals(reason, refused.reason(), message);
    assertEquals(source, refused.file());
    assertTrue(message.startsWith(source + ": ") && message.contains(words), message);
    assertFalse(message.contains("\n"), message);
  }

  @Test
  void damageIsRefused() throws IOException {
    byte[] older = {1, 2, 3};
    Files.write(target, older);
    byte[] whole = old("lstm-i8");
    for (int position = 0; position < whole.length; position += 61) {
      byte[] damaged = whole.clone();
      damaged[position] ^= 0x10;
      Files.write(source, damaged);
      assertThrows(
          ModelRejectedException.class,
          () -> FormatUpgrade.write(source, target),
          "byte " + position);
    }
    for (int length = 0; length < whole.length; length += 509) {
      Files.write(source, Arrays.copyOf(whole, length));
      assertThrows(
          ModelRejectedException.class,
          () -> FormatUpgrade.write(source, target),
          "length " + length);
    }
    assertOnlyOlder(older);
  }

  private void assertOnlyOlder(byte[] older) throws IOException {
    assertArrayEquals(older, Files.readAllBytes(target));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(target, source), files.sorted().toList());
    }
  }

  /** Files with the right digest that no writer wrote. */
  @Test
  void contradictionsAreRefused() throws IOException {
    byte[] older = {1, 2, 3};
    Files.write(target, older);
    String[][] specifications = {
      {"lstm-tied", "LSTM", "ELMAN", "found ELMAN, expected LSTM or GRU"},
      {"lstm-tied", "tied", "died", "tied"},
      {"lstm-text-keys", "false", "true", "tied"},
      {
        "lstm-tied",
        "LONG",
        "SHORT",
        "field \"keys\": found \"SHORT\", expected one of [LONG, TEXT]"
      },
      {
        "gru-softmax",
        "SOFTMAX",
        "MAX",
        "field \"activation\": found \"MAX\", expected one of [LINEAR, SIGMOID, SOFTMAX]"
      },
      {"gru-two-layers", "[4,7]", "[4,0]", "units: found 0"},
      {"gru-two-layers", "[4,7]", "[]", "number of layers: found 0"},
      {"gru-two-layers", "[4,7]", "[4,4294967303]", "hiddenSizes: found 4294967303"},
      {"gru-two-layers", "\"items\\\":10", "\"items\\\":4294967306", "items: found 4294967306"},
      {"lstm-text-keys", "TEXT\\\"}", "TEXT\\\"", "expected"},
      {"lstm-text-keys", "staccato.specification", "specification", "staccato.specification"}
    };
    for (String[] each : specifications) {
      byte[] file = changed(each[0], each[1], each[2]);
      assertRefused(Reason.SPECIFICATION, "staccato.specification: ", file);
      assertRefused(Reason.SPECIFICATION, each[3], file);
    }
    assertRefused(Reason.SHAPE, "layer.1.recurrent", changed("gru-two-layers", "[4,7]", "[4,9]"));
    assertRefused(
        Reason.TENSOR_MISSING, "head.next.bias", changed("lstm-tied", "output.bias", "bias"));
    assertRefused(
        Reason.DUPLICATE_NAME, "input.items", changed("lstm-tied", "output.bias", "input.items"));
    assertOnlyOlder(older);
  }

  /** Headers that are JSON, but that no writer can write. */
  @Test
  void headersThatCannotBeWrittenAreRefused() throws IOException {
    byte[] older = {1, 2, 3};
    Files.write(target, older);
    String member = "\"staccato.specification\"";
    String[] added = {"\"note\":\"\\ud800\",", "\"\\udc00\":\"note\","};
    for (String each : added) {
      assertRefused(
          Reason.HEADER_STRUCTURE,
          "found an unpaired surrogate",
          changed("lstm-tied", member, each + member));
    }
    assertRefused(
        Reason.HEADER_STRUCTURE,
        "found an unpaired surrogate",
        changed("lstm-tied", "output.bias", "output.\\ud800bias"));
    int rest = WeightFile.HEADER_LIMIT - header(changed("lstm-tied", member, member)) - 64;
    String note = "\"note\":\"" + "x".repeat(rest) + "\",";
    assertRefused(
        Reason.HEADER_TOO_LARGE, "header: found", changed("lstm-tied", member, note + member));
    assertOnlyOlder(older);
  }

  /** Returns the length of the header of a file. */
  private static int header(byte[] file) {
    return Math.toIntExact(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong());
  }

  @Test
  void whatDoesNotReproduceItsGoldenSamplesIsRefused() throws IOException {
    byte[] older = {1, 2, 3};
    Files.write(target, older);
    byte[] bytes = old("lstm-tied");
    Files.write(source, bytes);
    int position;
    try (WeightFile file = WeightFile.openEarlier(source)) {
      position = (int) file.find("output.bias").orElseThrow().offset();
    }
    System.arraycopy(
        CraftedFile.littleEndian(Float.floatToIntBits(3)), 0, bytes, position, Float.BYTES);
    assertRefused(Reason.GOLDEN, "golden sample 0, answer 0", CraftedFile.sealed(bytes));
    assertOnlyOlder(older);
  }

  @Test
  void whatIsNoFileIsSaidToBeNone() throws IOException {
    assertThrows(NoSuchFileException.class, () -> FormatUpgrade.write(source, target));
    Files.createDirectory(source);
    ModelRejectedException refused =
        assertThrows(ModelRejectedException.class, () -> FormatUpgrade.write(source, target));
    assertEquals(Reason.NOT_A_FILE, refused.reason());
    Files.delete(source);
    Files.write(source, old("lstm-tied"));
    Path nowhere = folder.resolve("absent").resolve("new.safetensors");
    IOException e = assertThrows(IOException.class, () -> FormatUpgrade.write(source, nowhere));
    assertTrue(String.valueOf(e.getMessage()).contains("there is no folder"), e.toString());
  }
}
