package org.staccato;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.export.ModelWriter;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.model.Attention;
import org.staccato.model.Convolution;
import org.staccato.model.Layer;
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Weights;
import org.staccato.testkit.RandomNetworks;

/** However large the weights of a file are, states and scores stay finite. */
class LargestWeightsTest {
  private static final int WIDTH = 37;
  private static final int ITEMS = 70;
  private static final float LARGEST_WEIGHT = Math.nextDown(0x1p64f);

  @TempDir Path folder;

  private Path normalised(float gain) throws IOException {
    float[] gains = new float[WIDTH];
    Arrays.fill(gains, gain);
    return write(
        List.of(new Lstm(WIDTH, WIDTH), new LayerNorm(WIDTH)),
        Map.of(
            "layer.0.input",
            RandomNetworks.floats(new Random(2), Lstm.GATES * WIDTH * WIDTH, 1),
            "layer.1.gain",
            gains),
        1);
  }

  /** Writes a network of zeros whose golden sample, item 0, leaves all states at 0. */
  private Path write(List<Layer> layers, Map<String, float[]> weights, float embeddings)
      throws IOException {
    ModelSpecification specification =
        RandomNetworks.ranking(layers, ITEMS, ItemKeys.Kind.LONG, false);
    Random random = new Random(1);
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (Parameter parameter : specification.parameters()) {
      arrays.put(parameter.name(), new float[Math.toIntExact(parameter.elements())]);
    }
    float[] embedding = RandomNetworks.floats(random, ITEMS * WIDTH, embeddings);
    Arrays.fill(embedding, 0, WIDTH, 0);
    arrays.put(ModelSpecification.embeddingName(), embedding);
    arrays.putAll(weights);
    arrays.put(RandomNetworks.HEAD_WEIGHTS, largest(random, ITEMS * WIDTH));
    long[] keys = new long[ITEMS];
    Arrays.setAll(keys, item -> item);
    Path path = folder.resolve("model.safetensors");
    ModelWriter.write(
        path,
        Weights.of(specification, arrays),
        ItemKeySource.of(keys),
        new float[ITEMS],
        new int[][] {{0}},
        "{}");
    return path;
  }

  private static float[] largest(Random random, int count) {
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = random.nextBoolean() ? LARGEST_WEIGHT : -LARGEST_WEIGHT;
    }
    return weights;
  }

  @ParameterizedTest
  @ValueSource(floats = {1, 0x1p32f, 0x1p63f})
  void theScoresAfterANormalisationAreFinite(float gain) throws IOException {
    assertFinite(normalised(gain));
  }

  /** A convolution takes rows of items, and at the top gives its sums to the head. */
  @ParameterizedTest
  @ValueSource(floats = {1, 0x1p32f, 0x1p62f})
  void theScoresAfterAConvolutionAreFinite(float embeddings) throws IOException {
    Random random = new Random(3);
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (int back = 0; back < 3; back++) {
      weights.put("layer.0." + Convolution.tap(back), largest(random, WIDTH));
      weights.put("layer.2." + Convolution.tap(back), largest(random, WIDTH));
    }
    weights.put("layer.1.input", largest(random, Lstm.GATES * WIDTH * WIDTH));
    weights.put("layer.1.recurrent", largest(random, Lstm.GATES * WIDTH * WIDTH));
    assertFinite(
        write(
            List.of(new Convolution(WIDTH, 3), new Lstm(WIDTH, WIDTH), new Convolution(WIDTH, 3)),
            weights,
            embeddings));
  }

  /** An attention takes rows of items, and at the top gives its means to the head. */
  @ParameterizedTest
  @ValueSource(floats = {1, 0x1p32f, 0x1p62f})
  void theScoresAfterAnAttentionAreFinite(float embeddings) throws IOException {
    Random random = new Random(4);
    Map<String, float[]> weights = new LinkedHashMap<>();
    for (int layer : new int[] {0, 2}) {
      weights.put("layer." + layer + ".query", largest(random, WIDTH * WIDTH));
      weights.put("layer." + layer + ".queryBias", largest(random, WIDTH));
    }
    weights.put("layer.1.input", largest(random, Lstm.GATES * WIDTH * WIDTH));
    weights.put("layer.1.recurrent", largest(random, Lstm.GATES * WIDTH * WIDTH));
    assertFinite(
        write(
            List.of(new Attention(WIDTH, 5), new Lstm(WIDTH, WIDTH), new Attention(WIDTH, 5)),
            weights,
            embeddings));
  }

  /** A state from outside may name any place of a ring; a step stays within it. */
  @ParameterizedTest
  @ValueSource(floats = {-5, -1, -0.5f, 0.5f, 2.5f, 4, 5})
  void anyPlacesOfARingAreStepsWithinIt(float place) throws IOException {
    Path path = write(List.of(new Attention(WIDTH, 5), new Lstm(WIDTH, WIDTH)), Map.of(), 1);
    try (LiveModel live = LiveModel.open(path);
        Scorer scorer = live.newScorer()) {
      UserState user = scorer.newState();
      ByteBuffer bytes = ByteBuffer.allocate(user.serializedSize()).order(ByteOrder.LITTLE_ENDIAN);
      user.writeTo(bytes);
      int places = bytes.limit() - (2 + 7 * WIDTH) * Float.BYTES;
      bytes.putFloat(places, place).putFloat(places + Float.BYTES, place).flip();
      user.readFrom(bytes);
      for (int step = 0; step < 12; step++) {
        scorer.step(user, 1 + step);
        assertTrue(Float.isFinite(scorer.score(user, 3)));
      }
    }
  }

  private static void assertFinite(Path path) throws IOException {
    try (LiveModel live = LiveModel.open(path);
        Scorer scorer = live.newScorer()) {
      UserState user = scorer.newState();
      float[] scores = new float[ITEMS];
      for (int item = 1; item < ITEMS; item++) {
        scorer.step(user, item);
        scorer.scores(user, scores);
        for (float score : scores) {
          assertTrue(Float.isFinite(score), "item " + item + ": " + score);
        }
      }
    }
  }

  /** A state from outside cannot hold an output that no normalisation gives. */
  @Test
  void statesWithLargerOutputsAreRefused() throws IOException {
    try (LiveModel live = LiveModel.open(normalised(1));
        Scorer scorer = live.newScorer()) {
      UserState user = scorer.newState();
      ByteBuffer bytes = ByteBuffer.allocate(user.serializedSize()).order(ByteOrder.LITTLE_ENDIAN);
      user.writeTo(bytes);
      bytes.putFloat(bytes.limit() - Float.BYTES, 0x1p40f).flip();
      user.readFrom(bytes);
      bytes.putFloat(bytes.limit() - Float.BYTES, 1e38f).flip();
      assertThrows(IllegalArgumentException.class, () -> user.readFrom(bytes));
    }
  }
}
