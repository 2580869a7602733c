package org.staccato.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.CraftedFile;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.model.Activation;
import org.staccato.model.FeatureInput;
import org.staccato.model.Gru;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.network.GoldenSamples;
import org.staccato.network.LinearHead;
import org.staccato.network.Network;
import org.staccato.network.StepScratch;

/** Weight files of format version 2, which an earlier release wrote, and what becomes of them. */
class FormatUpgradeTest {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ItemKeys.Kind LONG = ItemKeys.Kind.LONG;

  /** What is in each file. */
  private static final Map<String, ModelSpecification> FILES =
      Map.of(
          "lstm-tied",
          new ModelSpecification(
              new ItemInput(12, 5, LONG),
              List.of(new Lstm(5, 5)),
              List.of(new Ranking("next", 5, 12, true))),
          "lstm-text-keys",
          new ModelSpecification(
              new ItemInput(9, 3, ItemKeys.Kind.TEXT),
              List.of(new Lstm(3, 6)),
              List.of(new Ranking("next", 6, 9, false))),
          "gru-two-layers",
          new ModelSpecification(
              new ItemInput(10, 4, LONG),
              List.of(new Gru(4, 4), new Gru(4, 7)),
              List.of(new Ranking("next", 7, 10, false))),
          "gru-softmax",
          new ModelSpecification(
              new FeatureInput(3),
              List.of(new Gru(3, 5), new Gru(5, 4)),
              List.of(new Prediction("prediction", 4, 4, Activation.SOFTMAX))),
          "lstm-bf16",
          new ModelSpecification(
              new ItemInput(11, 4, LONG),
              List.of(new Lstm(4, 6), new Lstm(6, 5)),
              List.of(new Ranking("next", 5, 11, false))),
          "lstm-i8",
          new ModelSpecification(
              new ItemInput(13, 4, LONG),
              List.of(new Lstm(4, 5), new Lstm(5, 6)),
              List.of(new Ranking("next", 6, 13, false))));

  @TempDir Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void choosePaths() {
    source = folder.resolve("old.safetensors");
    target = folder.resolve("new.safetensors");
  }

  static Stream<String> files() {
    return FILES.keySet().stream().sorted();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = FormatUpgradeTest.class.getResourceAsStream("format-2/" + name)) {
      return Objects.requireNonNull(stream, name).readAllBytes();
    }
  }

  private static byte[] old(String name) throws IOException {
    return resource(name + ".safetensors");
  }

  private String upgrade(String name) throws IOException {
    Files.write(source, old(name));
    return FormatUpgrade.write(source, target);
  }

  /** What the earlier release answered after a sequence. */
  private record Answers(String sequence, int[] bits) {
    static List<Answers> read(String name) throws IOException {
      List<String> lines =
          new String(resource(name + ".scores"), StandardCharsets.UTF_8).lines().toList();
      List<Answers> all = new ArrayList<>();
      for (int i = 0; i < lines.size(); i += 2) {
        int[] bits =
            Arrays.stream(lines.get(i + 1).split(" ", -1))
                .mapToInt(word -> Integer.parseUnsignedInt(word, 16))
                .toArray();
        all.add(new Answers(lines.get(i), bits));
      }
      return all;
    }

    int[] items() {
      return Arrays.stream(sequence.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    }

    float[] features() {
      String[] numbers = sequence.split(" ", -1);
      float[] features = new float[numbers.length];
      for (int i = 0; i < features.length; i++) {
        features[i] = Float.parseFloat(numbers[i]);
      }
      return features;
    }

    float score(int index) {
      return Float.intBitsToFloat(bits[index]);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyScoreKeepsItsBits(String name) throws IOException {
    upgrade(name);
    List<Answers> all = Answers.read(name);
    assertEquals(3, all.size());
    try (WeightFile file = WeightFile.open(target)) {
      Network network = Network.openScalar(file);
      Head head = network.specification().heads().getFirst();
      LinearHead linear =
          head instanceof Ranking ? network.ranking() : network.prediction().linear();
      for (Answers answers : all) {
        assertEquals(head.outputs(), answers.bits.length);
        MemorySegment state = stateAfter(network, answers);
        MemorySegment scores = LinearHead.newScores(linear.blocks());
        linear.score(state, 0, linear.blocks(), scores);
        for (int i = 0; i < head.outputs(); i++) {
          String where = "after " + answers.sequence + ", output " + i;
          assertEquals(answers.bits[i], bits(scores.getAtIndex(FLOAT, i)), where);
          assertEquals(answers.bits[i], bits(linear.score(state, i)), where);
        }
      }
    }
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  private static MemorySegment stateAfter(Network network, Answers answers) {
    MemorySegment state = network.stack().newState();
    StepScratch scratch = new StepScratch(network.stack(), null);
    switch (network.specification().input()) {
      case ItemInput input -> {
        for (int item : answers.items()) {
          network.stack().step(state, false, scratch, item);
        }
      }
      case FeatureInput input -> {
        float[] features = answers.features();
        for (int i = 0; i < features.length; i += input.width()) {
          scratch.setFeatures(features, i);
          network.stack().step(state, false, scratch);
        }
      }
    }
    return state;
  }

  @ParameterizedTest
  @MethodSource("files")
  void theNetworkIsDescribedAsBefore(String name) throws IOException {
    String digest = upgrade(name);
    try (WeightFile file = WeightFile.open(target)) {
      Network network = Network.open(file);
      assertEquals(FILES.get(name), network.specification());
      assertEquals(digest, file.digest());
    }
  }

  /** Only names change, and what the format itself says. */
  @ParameterizedTest
  @MethodSource("files")
  void theBytesOfAllTensorsAndTheMetadataOfOthersStay(String name) throws IOException {
    upgrade(name);
    try (WeightFile before = WeightFile.openEarlier(source);
        WeightFile after = WeightFile.open(target)) {
      assertEquals(before.tensors().size(), after.tensors().size());
      for (int i = 0; i < before.tensors().size(); i++) {
        Tensor old = before.tensors().get(i);
        Tensor copy = after.tensors().get(i);
        assertEquals(old.type(), copy.type(), copy.name());
        assertEquals(old.shape(), copy.shape(), copy.name());
        assertEquals(-1, bytes(before, old).mismatch(bytes(after, copy)), copy.name());
      }
      assertEquals(before.metadata().keySet(), after.metadata().keySet());
      for (String key : List.of(ModelWriter.PROVENANCE_KEY, GoldenSamples.TOLERANCE_KEY)) {
        assertEquals(before.metadata().get(key), after.metadata().get(key), key);
      }
      assertEquals(
          "{\"log\":\"shop.csv\",\"seed\":7}", after.metadata().get(ModelWriter.PROVENANCE_KEY));
    }
  }

  private static MemorySegment bytes(WeightFile file, Tensor tensor) {
    return file.data().asSlice(tensor.offset(), tensor.byteSize());
  }

  @ParameterizedTest
  @ValueSource(strings = {"lstm-bf16", "lstm-i8"})
  void aQuantisationIsDescribedInTheWordsOfTheNewFormat(String name) throws IOException {
    upgrade(name);
    try (WeightFile before = WeightFile.openEarlier(source);
        WeightFile after = WeightFile.open(target)) {
      String old = before.metadata().getOrDefault(Quantization.METADATA_KEY, "");
      String described = after.metadata().getOrDefault(Quantization.METADATA_KEY, "");
      assertTrue(old.contains("\"candidates\":" + name.equals("lstm-i8")), old);
      assertEquals(old.replace("candidates", "coarse"), described);
      assertTrue(after.metadata().containsKey(GoldenSamples.TOLERANCE_KEY));
      Network network = Network.open(after);
      assertEquals(name.equals("lstm-i8"), network.ranking().hasCoarse());
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void keysAndPopularityComeAlong(String name) throws IOException {
    upgrade(name);
    try (WeightFile file = WeightFile.open(target)) {
      Network network = Network.open(file);
      int items = network.specification().items().map(ItemInput::items).orElse(0);
      for (int item = 0; item < items; item++) {
        assertEquals((item + 1) / 16f, network.popularity(item));
        if (network.items().kind() == LONG) {
          assertEquals(item, network.items().indexOf(1000 + 7L * item));
        }
      }
    }
  }

  @Test
  void textualKeysComeAlong() throws IOException {
    upgrade("lstm-text-keys");
    try (WeightFile file = WeightFile.open(target)) {
      ItemKeys keys = Network.open(file).items();
      List<String> texts =
          List.of(
              "tea-01",
              "tea-02",
              "cup",
              "pot",
              "kettle",
              "spoon",
              "Teekännchen",
              "お茶",
              "sugar & milk");
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        assertEquals(texts.indexOf(text), keys.indexOf(bytes, 0, bytes.length));
        assertEquals(text, keys.text(texts.indexOf(text)));
      }
    }
  }

  /** The coarse weights find what the exact ones do. */
  @ParameterizedTest
  @ValueSource(strings = {"lstm-tied", "gru-two-layers", "lstm-i8"})
  void theSameItemsAreTheBest(String name) throws IOException {
    upgrade(name);
    int k = 5;
    try (LiveModel live = LiveModel.open(target)) {
      Scorer scorer = live.newScorer();
      Ranked ranked = new Ranked(k);
      for (Answers answers : Answers.read(name)) {
        UserState user = scorer.newState();
        for (int item : answers.items()) {
          scorer.step(user, item);
        }
        scorer.topK(user, k, ranked);
        List<Integer> best =
            IntStream.range(0, answers.bits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(answers::score).reversed())
                .limit(k)
                .toList();
        assertEquals(best, IntStream.range(0, k).map(ranked::item).boxed().toList());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void oneFileIsOneSequenceOfBytesAndMayReplaceItself(String name) throws IOException {
    String digest = upgrade(name);
    assertEquals(digest, FormatUpgrade.write(source, source));
    assertArrayEquals(Files.readAllBytes(target), Files.readAllBytes(source));
  }

  @Test
  void aConvertedFileCanBeQuantised() throws IOException {
    upgrade("gru-two-layers");
    MatrixTypes types = MatrixTypes.I8;
    Quantization.write(target, target, types, Quantization.usualBound(types));
    upgrade("lstm-bf16");
    byte[] converted = Files.readAllBytes(target);
    Quantization.write(target, target, MatrixTypes.BF16, 0.02);
    assertArrayEquals(converted, Files.readAllBytes(target), "it is in these types already");
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
    upgrade("lstm-tied");
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
      {"lstm-tied", "LONG", "SHORT", "SHORT"},
      {"gru-softmax", "SOFTMAX", "MAX", "MAX"},
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
    System.arraycopy(CraftedFile.littleEndian(bits(3)), 0, bytes, position, Float.BYTES);
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
