package org.staccato.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.format.HeaderReader.Header;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.memory.OffHeap;
import org.staccato.testkit.RandomSeed;

/** Opening a damaged file either succeeds or throws ModelRejectedException. */
class DamageTest {
  private static final int HEADER_INPUTS = 20_000;
  private static final int FILE_INPUTS = 1_500;

  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
  private static final List<String> NUMBERS =
      List.of("0", "-64", "1", "16", "32", "64", "128", "192", "256", "9223372036854775807");
  private static final List<String> STRINGS =
      List.of("\"F32\"", "\"U8\"", "\"weights\"", "\"items.keys\"", "\"shape\"", "\"2\"", "\"\"");
  private static final List<String> FRAGMENTS =
      List.of("{", "}", "[", "]", ",", ":", "\"", "\\", "1e99", "\\u0000", "\\ud800", "é", "null");

  @TempDir Path folder;
  private Path path;
  private byte[] intact;

  @BeforeEach
  void publish() throws IOException {
    path = folder.resolve("model.safetensors");
    WeightFileWriter writer =
        new WeightFileWriter()
            .metadata("note", "é")
            .tensor("weights", DataType.F32, MemorySegment.ofArray(new float[16]), 1, 16);
    ItemKeySource.of(List.of("tea", "", "café")).addTo(writer);
    writer.publish(path);
    intact = Files.readAllBytes(path);
  }

  @Test
  void aFileCutAtAnyByteIsRejected() throws IOException {
    for (int length = 0; length < intact.length; length++) {
      assertRejected("cut at " + length, Arrays.copyOf(intact, length));
    }
  }

  @Test
  void aFileWithForeignBytesAtItsEndIsRejected() throws IOException {
    for (int extra : new int[] {1, 63, 64, 4096}) {
      assertRejected(extra + " more bytes", Arrays.copyOf(intact, intact.length + extra));
    }
  }

  @Test
  void aFlippedBitInAnyByteIsRejected() throws IOException {
    for (int position = 0; position < intact.length; position++) {
      int bit = position % 8;
      byte[] flipped = intact.clone();
      flipped[position] ^= (byte) (1 << bit);
      assertRejected("bit " + bit + " of byte " + position, flipped);
    }
  }

  @Test
  void damageThatLeavesTheHeaderAloneIsFoundByTheDigest() throws IOException {
    byte[] flipped = intact.clone();
    flipped[intact.length - 1] ^= 1;
    Files.write(path, flipped);
    assertEquals(
        Reason.DIGEST_MISMATCH,
        assertThrows(ModelRejectedException.class, () -> WeightFile.open(path)).reason());
  }

  @Test
  void mutatedHeadersAreRejectedOrDescribeTheFile() {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    MemorySegment memory = OffHeap.allocate(1 << 16);
    for (int input = 0; input < HEADER_INPUTS; input++) {
      byte[] mutated = mutate(intact, random);
      MemorySegment file = memory.asSlice(0, mutated.length);
      file.copyFrom(MemorySegment.ofArray(mutated));
      try {
        requireConsistent(new HeaderReader(path, file, WeightFile.FORMAT_VERSION).read(), file);
      } catch (ModelRejectedException e) {
        assertEquals(path, e.file());
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ", input " + input, e);
      }
    }
  }

  @Test
  void mutatedFilesWithTheRightDigestAreRejectedOrReadable() {
    long seed = RandomSeed.fresh();
    Random random = new Random(seed);
    for (int input = 0; input < FILE_INPUTS; input++) {
      byte[] mutated = random.nextBoolean() ? mutate(intact, random) : mutateData(random);
      try {
        Files.write(path, CraftedFile.sealed(mutated));
        openAndReadKeys();
      } catch (ModelRejectedException e) {
        assertEquals(path, e.file());
      } catch (IOException | RuntimeException | Error e) {
        fail("seed " + seed + ", input " + input, e);
      }
    }
  }

  private void openAndReadKeys() throws IOException {
    try (WeightFile file = WeightFile.open(path)) {
      ItemKeys keys = ItemKeys.open(file, 3, Pace.full());
      for (int item = 0; item < keys.size(); item++) {
        assertEquals(item, keys.indexOf(keys.text(item)));
      }
    }
  }

  /** Edits the header, and usually corrects its length and alignment. */
  private static byte[] mutate(byte[] file, Random random) {
    int headerSize = (int) headerLength(file);
    StringBuilder header =
        new StringBuilder(new String(file, 8, headerSize, StandardCharsets.UTF_8).strip());
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      switch (random.nextInt(8)) {
        case 0 -> replaceCharacters(header, oneOf(FRAGMENTS, random), random);
        case 1 -> replaceCharacters(header, Character.toString(random.nextInt(0x180)), random);
        case 2, 3 -> replaceToken(header, STRING, oneOf(STRINGS, random), random);
        default -> replaceToken(header, NUMBER, oneOf(NUMBERS, random), random);
      }
    }
    int dataSize = file.length - 8 - headerSize;
    byte[] mutated =
        random.nextInt(8) == 0
            ? CraftedFile.unsealed(header.toString(), dataSize)
            : CraftedFile.of(header.toString(), dataSize);
    System.arraycopy(file, 8 + headerSize, mutated, mutated.length - dataSize, dataSize);
    return mutated;
  }

  private static void replaceCharacters(StringBuilder header, String replacement, Random random) {
    int start = random.nextInt(header.length());
    header.replace(start, Math.min(header.length(), start + random.nextInt(6)), replacement);
  }

  private static void replaceToken(
      StringBuilder header, Pattern token, String replacement, Random random) {
    List<MatchResult> tokens = token.matcher(header).results().toList();
    if (!tokens.isEmpty()) {
      MatchResult chosen = tokens.get(random.nextInt(tokens.size()));
      header.replace(chosen.start(), chosen.end(), replacement);
    }
  }

  private static String oneOf(List<String> choices, Random random) {
    return choices.get(random.nextInt(choices.size()));
  }

  private byte[] mutateData(Random random) {
    byte[] mutated = intact.clone();
    int dataSize = intact.length - 8 - (int) headerLength(intact);
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      mutated[intact.length - 1 - random.nextInt(dataSize)] = (byte) random.nextInt(-3, 6);
    }
    return mutated;
  }

  private static long headerLength(byte[] file) {
    return MemorySegment.ofArray(file).get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
  }

  private static void requireConsistent(Header header, MemorySegment file) {
    long end = -1;
    for (Tensor tensor : header.tensors()) {
      assertEquals(0, tensor.offset() % 64);
      assertTrue(end < 0 || tensor.offset() == end, "tensors lie side by side");
      end = tensor.end();
    }
    assertTrue(end < 0 || end == file.byteSize(), "tensors end with the file");
  }

  private void assertRejected(String damage, byte[] damaged) throws IOException {
    Files.write(path, damaged);
    ModelRejectedException rejected =
        assertThrows(ModelRejectedException.class, () -> WeightFile.open(path), damage);
    assertEquals(path, rejected.file());
  }
}
