package org.staccato.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
import org.staccato.format.ItemKeys;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.model.FeatureInput;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.Ranking;
import org.staccato.network.GoldenSamples;
import org.staccato.network.LinearHead;
import org.staccato.network.Network;
import org.staccato.network.StepScratch;

/** The conversion of weight files of format version 2. */
class FormatUpgradeTest {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

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

  private String upgrade(String name) throws IOException {
    Files.write(source, EarlierFiles.read(name + ".safetensors"));
    return FormatUpgrade.write(source, target);
  }

  /** The answers of the earlier release after a sequence. */
  private record Answers(String sequence, int[] bits) {
    static List<Answers> read(String name) throws IOException {
      List<String> lines =
          new String(EarlierFiles.read(name + ".scores"), StandardCharsets.UTF_8).lines().toList();
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
      assertEquals(EarlierFiles.SPECIFICATIONS.get(name), network.specification());
      assertEquals(digest, file.digest());
    }
  }

  /** Only names and the entries of the format itself change. */
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
      int items = network.specification().findItemInput().map(ItemInput::items).orElse(0);
      for (int item = 0; item < items; item++) {
        assertEquals((item + 1) / 16f, network.popularity(item));
        if (network.itemKeys().kind() == ItemKeys.Kind.LONG) {
          assertEquals(item, network.itemKeys().indexOf(1000 + 7L * item));
        }
      }
    }
  }

  @Test
  void textualKeysComeAlong() throws IOException {
    upgrade("lstm-text-keys");
    try (WeightFile file = WeightFile.open(target)) {
      ItemKeys keys = Network.open(file).itemKeys();
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

  /** The coarse weights find the same items as the exact weights. */
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
}
