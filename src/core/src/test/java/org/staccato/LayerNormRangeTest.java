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
import org.staccato.model.LayerNorm;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Weights;
import org.staccato.testkit.RandomNetworks;

/** However large the weights of a file are, what follows a layer normalisation stays finite. */
class LayerNormRangeTest {
  private static final int WIDTH = 37;
  private static final int ITEMS = 70;
  private static final float LARGEST_WEIGHT = Math.nextDown(0x1p64f);

  @TempDir Path folder;

  /** Writes a network whose golden sample, item 0, leaves all states at 0. */
  private Path write(float gain) throws IOException {
    ModelSpecification specification =
        RandomNetworks.ranking(
            List.of(new Lstm(WIDTH, WIDTH), new LayerNorm(WIDTH)),
            ITEMS,
            ItemKeys.Kind.LONG,
            false);
    Random random = new Random(1);
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (Parameter parameter : specification.parameters()) {
      arrays.put(parameter.name(), new float[Math.toIntExact(parameter.elements())]);
    }
    float[] embedding = RandomNetworks.floats(random, ITEMS * WIDTH, 1);
    Arrays.fill(embedding, 0, WIDTH, 0);
    arrays.put(ModelSpecification.embeddingName(), embedding);
    arrays.put("layer.0.input", RandomNetworks.floats(random, Lstm.GATES * WIDTH * WIDTH, 1));
    float[] gains = new float[WIDTH];
    Arrays.fill(gains, gain);
    arrays.put("layer.1.gain", gains);
    float[] output = new float[ITEMS * WIDTH];
    for (int i = 0; i < output.length; i++) {
      output[i] = random.nextBoolean() ? LARGEST_WEIGHT : -LARGEST_WEIGHT;
    }
    arrays.put(RandomNetworks.HEAD_WEIGHTS, output);
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

  @ParameterizedTest
  @ValueSource(floats = {1, 0x1p32f, 0x1p63f})
  void scoresOfTheLargestWeightsAreFinite(float gain) throws IOException {
    try (LiveModel live = LiveModel.open(write(gain));
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
    try (LiveModel live = LiveModel.open(write(1));
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
