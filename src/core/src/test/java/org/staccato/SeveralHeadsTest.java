package org.staccato;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.export.MatrixTypes;
import org.staccato.export.ReferenceNetwork;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.live.OpenOptions;
import org.staccato.model.Activation;
import org.staccato.model.FeatureInput;
import org.staccato.model.Gru;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.Weights;
import org.staccato.model.WrongTaskException;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/**
 * Models over items, with layers of several kinds, that rank, predict, or do both from one state.
 */
class SeveralHeadsTest {
  private static final int ITEMS = 131;
  private static final int WIDTH = 13;
  private static final int OUTPUTS = 3;
  private static final int EVENTS = 9;
  private static final int K = 10;
  private static final double BOUND = 2e-5;

  private static final List<Layer> LSTM_UNDER_GRU =
      List.of(new Lstm(WIDTH, 17), new Gru(17, WIDTH));
  private static final List<Layer> GRU_UNDER_LSTM =
      List.of(new Gru(WIDTH, 17), new Lstm(17, WIDTH));

  @TempDir Path folder;

  private static ModelSpecification network(List<Layer> layers, Head... heads) {
    return new ModelSpecification(
        new ItemInput(ITEMS, WIDTH, ItemKeys.Kind.LONG), layers, List.of(heads));
  }

  private static Head ranking(boolean tied) {
    return new Ranking(Ranking.NEXT, WIDTH, ITEMS, tied);
  }

  private static Head rating(Activation activation) {
    return new Prediction("rating", WIDTH, OUTPUTS, activation);
  }

  static Stream<ModelSpecification> both() {
    return Stream.of(LSTM_UNDER_GRU, GRU_UNDER_LSTM)
        .flatMap(
            layers ->
                Stream.of(
                    network(layers, ranking(true), rating(Activation.LINEAR)),
                    network(layers, rating(Activation.SOFTMAX), ranking(false))));
  }

  private Path write(Weights weights, MatrixTypes types) throws IOException {
    return RandomNetworks.write(folder.resolve("model.safetensors"), weights, types);
  }

  private static Weights weights(ModelSpecification specification) {
    return RandomNetworks.weights(RandomSeed.random(specification.hashCode()), specification);
  }

  private static int[] events() {
    return RandomNetworks.sequence(RandomSeed.random(7), ITEMS, EVENTS);
  }

  private static List<Integer> bestOf(ReferenceNetwork reference, Head head) {
    return IntStream.range(0, ITEMS)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> reference.score(head, i)).reversed())
        .limit(K)
        .toList();
  }

  private static List<Integer> itemsOf(Ranked ranked) {
    return IntStream.range(0, ranked.size()).map(ranked::item).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("both")
  void oneStateIsRankedForAndPredictedFrom(ModelSpecification specification) throws IOException {
    Weights weights = weights(specification);
    ReferenceNetwork reference = new ReferenceNetwork(weights);
    try (LiveModel live = LiveModel.open(write(weights, MatrixTypes.F32))) {
      assertEquals(specification, live.version().specification());
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      Ranked ranked = new Ranked(K);
      float[] outputs = new float[OUTPUTS];
      float[] all = new float[ITEMS];
      for (int event : events()) {
        scorer.step(user, event);
        reference.step(event);
        assertEquals(K, scorer.topK(user, K, ranked));
        assertEquals(bestOf(reference, specification.ranking()), itemsOf(ranked));
        scorer.scores(user, all);
        for (int item = 0; item < ITEMS; item++) {
          assertEquals(reference.score(specification.ranking(), item), all[item], BOUND);
          assertEquals(all[item], scorer.score(user, item));
        }
        assertEquals(OUTPUTS, scorer.predict(user, outputs));
        assertNear(reference.predict(specification.prediction()), outputs);
        scorer.prepare(user);
        assertEquals(OUTPUTS, scorer.predict(user, outputs));
        assertNear(reference.predict(specification.prediction()), outputs);
      }
    }
  }

  private static void assertNear(double[] expected, float[] found) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], found[i], BOUND);
    }
  }

  @ParameterizedTest
  @MethodSource("both")
  void aBatchGivesTheSameBits(ModelSpecification specification) throws IOException {
    try (LiveModel live = LiveModel.open(write(weights(specification), MatrixTypes.F32))) {
      int count = 5;
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(count);
      UserState[] single = new UserState[count];
      UserState[] many = new UserState[count];
      Ranked[] ranked = new Ranked[count];
      for (int i = 0; i < count; i++) {
        single[i] = scorer.newState();
        many[i] = batch.newState();
        ranked[i] = new Ranked(K);
      }
      Random random = RandomSeed.random(8);
      for (int event = 0; event < EVENTS; event++) {
        int[] items = RandomNetworks.sequence(random, ITEMS, count);
        batch.step(many, items, count);
        batch.topK(many, count, K, ItemFilter.NONE, ranked);
        for (int i = 0; i < count; i++) {
          scorer.step(single[i], items[i]);
          assertEquals(ModelFiles.serialize(single[i]), ModelFiles.serialize(many[i]));
          Ranked alone = new Ranked(K);
          scorer.topK(single[i], K, alone);
          assertEquals(itemsOf(alone), itemsOf(ranked[i]));
        }
        if (event % 2 == 0) {
          batch.prepare(many, count);
        }
      }
      assertThrows(
          WrongTaskException.class,
          () -> batch.predict(new float[WIDTH], 1, new float[OUTPUTS]),
          "a window is of features");
    }
  }

  static Stream<ModelSpecification> ofAllKinds() {
    return Kinds.ofLayers().stream().flatMap(kind -> Kinds.networksOf(kind).stream()).distinct();
  }

  /** In layers of every kind: their fields in order, without padding, behind the digest. */
  @ParameterizedTest
  @MethodSource("ofAllKinds")
  void aSerialisedStateGoesOnWhereItStopped(ModelSpecification specification) throws IOException {
    Path path = write(weights(specification), MatrixTypes.F32);
    try (LiveModel live = LiveModel.open(path, OpenOptions.MAP.withCold(true))) {
      Scorer scorer = live.newScorer();
      // The first backend answers to the end, even if the vector kernels are compiled meanwhile.
      scorer.acquire();
      UserState user = scorer.newState();
      step(specification, scorer, user, 3);
      scorer.prepare(user);
      ByteBuffer bytes = ModelFiles.serialize(user);
      int floats =
          specification.layers().stream()
              .flatMap(layer -> layer.state().stream())
              .mapToInt(field -> field.size())
              .sum();
      boolean carried = specification.layers().getLast() instanceof RecurrentLayer;
      int output = carried ? 0 : specification.width();
      assertEquals(32 + (floats + output) * Float.BYTES, bytes.remaining());
      UserState restored = scorer.newState();
      step(specification, scorer, restored, 5);
      scorer.prepare(restored);
      restored.readFrom(bytes.duplicate());
      assertFalse(restored.isPrepared());
      assertEquals(bytes, ModelFiles.serialize(restored));
      step(specification, scorer, user, 4);
      step(specification, scorer, restored, 4);
      assertEquals(ModelFiles.serialize(user), ModelFiles.serialize(restored));
      scorer.release();
    }
  }

  private static void step(
      ModelSpecification specification, Scorer scorer, UserState user, int events) {
    Random random = RandomSeed.random(events);
    for (int event = 0; event < events; event++) {
      switch (specification.input()) {
        case ItemInput input -> scorer.step(user, random.nextInt(input.items()));
        case FeatureInput input ->
            scorer.step(user, RandomNetworks.floats(random, input.width(), 1));
      }
    }
  }

  /** Rankings use coarse weights, ratings use exact ones; neither disturbs the other. */
  @ParameterizedTest
  @MethodSource("both")
  void aQuantisedModelDoesBoth(ModelSpecification specification) throws IOException {
    Weights weights = weights(specification);
    MatrixTypes exact = new MatrixTypes(DataType.I8, DataType.I8, DataType.F32, false);
    Path plain = RandomNetworks.write(folder.resolve("plain.safetensors"), weights, exact);
    try (LiveModel expected = LiveModel.open(plain);
        LiveModel found = LiveModel.open(write(weights, MatrixTypes.I8))) {
      Scorer one = expected.newScorer();
      Scorer other = found.newScorer();
      UserState first = one.newState();
      UserState second = other.newState();
      Ranked best = new Ranked(K);
      Ranked coarse = new Ranked(K);
      float[] outputs = new float[OUTPUTS];
      float[] same = new float[OUTPUTS];
      for (int event : events()) {
        one.step(first, event);
        other.step(second, event);
        one.topK(first, K, best);
        other.topK(second, K, coarse);
        assertEquals(itemsOf(best), itemsOf(coarse));
        one.predict(first, outputs);
        other.predict(second, same);
        assertArrayEquals(outputs, same);
      }
    }
  }

  @Test
  void aModelOfItemsMayOnlyPredict() throws IOException {
    for (List<Layer> layers : List.of(LSTM_UNDER_GRU, GRU_UNDER_LSTM)) {
      for (Activation activation : Activation.values()) {
        ModelSpecification specification = network(layers, rating(activation));
        Weights weights = weights(specification);
        ReferenceNetwork reference = new ReferenceNetwork(weights);
        try (LiveModel live = LiveModel.open(write(weights, MatrixTypes.F32))) {
          Scorer scorer = live.newScorer();
          UserState user = scorer.newState();
          float[] outputs = new float[OUTPUTS];
          for (int event : events()) {
            scorer.step(user, event);
            reference.step(event);
            assertEquals(OUTPUTS, scorer.predict(user, outputs));
            assertNear(reference.predict(specification.prediction()), outputs);
          }
          assertEquals(3, live.itemKeys().indexOf(103));
          assertDoesNotRank(live, scorer, user);
        }
      }
    }
  }

  private static void assertDoesNotRank(LiveModel live, Scorer scorer, UserState user) {
    byte[] before = ModelFiles.serialize(user).array();
    assertThrows(WrongTaskException.class, () -> scorer.topK(user, K, new Ranked(K)));
    assertThrows(WrongTaskException.class, () -> scorer.score(user, 0));
    assertThrows(WrongTaskException.class, () -> scorer.scores(user, new float[ITEMS]));
    assertThrows(WrongTaskException.class, () -> scorer.step(user, new float[WIDTH]));
    assertThrows(IndexOutOfBoundsException.class, () -> scorer.step(user, ITEMS));
    BatchScorer batch = live.newBatchScorer(2);
    UserState[] users = {user};
    batch.step(users, new int[] {4}, 1);
    assertThrows(
        WrongTaskException.class,
        () -> batch.topK(users, 1, K, ItemFilter.NONE, new Ranked[] {new Ranked(K)}));
    assertThrows(WrongTaskException.class, () -> batch.scores(users, 1, new float[1][ITEMS]));
    UserState again = scorer.newState();
    again.readFrom(ByteBuffer.wrap(before));
    scorer.step(again, 4);
    assertArrayEquals(ModelFiles.serialize(user).array(), ModelFiles.serialize(again).array());
  }

  @Test
  void aModelThatRanksDoesNotPredict() throws IOException {
    Weights weights = weights(network(GRU_UNDER_LSTM, ranking(true)));
    try (LiveModel live = LiveModel.open(write(weights, MatrixTypes.F32))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      assertThrows(WrongTaskException.class, () -> scorer.predict(user, new float[OUTPUTS]));
    }
  }

  /**
   * Versions can replace each other if their inputs and answers have the same form; their layers
   * may differ.
   */
  @Test
  void aVersionHasTheSameHeads() throws IOException {
    Head rating = rating(Activation.LINEAR);
    Path path = write(weights(network(LSTM_UNDER_GRU, ranking(true), rating)), MatrixTypes.F32);
    Path other = folder.resolve("other.safetensors");
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      for (Head only : List.of(ranking(false), rating)) {
        ModelFiles.write(other, weights(network(GRU_UNDER_LSTM, only)));
        ModelRejectedException e =
            assertThrows(ModelRejectedException.class, () -> live.publish(other));
        assertTrue(String.valueOf(e.getMessage()).contains("task"), e.toString());
      }
      ModelSpecification swapped = network(GRU_UNDER_LSTM, rating, ranking(false));
      ModelFiles.write(other, weights(swapped));
      live.publish(other);
      assertThrows(StaleVersionException.class, () -> scorer.step(user, 3));
      scorer.reset(user);
      scorer.step(user, 3);
      ReferenceNetwork reference = new ReferenceNetwork(weights(swapped));
      reference.step(3);
      Ranked ranked = new Ranked(K);
      scorer.topK(user, K, ranked);
      assertEquals(bestOf(reference, swapped.ranking()), itemsOf(ranked));
    }
  }
}
