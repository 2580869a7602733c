package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.export.MatrixTypes;
import org.staccato.format.DataType;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.live.ModelVersion;
import org.staccato.model.Activation;
import org.staccato.network.Network;
import org.staccato.swap.LoadedModel;
import org.staccato.swap.Publication;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** A step gives the same bits with and without preparation, in spite of any calls in between. */
class PreparedStepTest {
  private static final int ITEMS = 70;
  private static final int FEATURES = 6;

  @TempDir Path folder;

  static Stream<Arguments> models() {
    MatrixTypes eight = new MatrixTypes(DataType.I8, DataType.I8, DataType.F32, false);
    return Stream.of(Cell.values())
        .flatMap(
            cell ->
                Stream.of(MatrixTypes.F32, MatrixTypes.BF16, eight)
                    .map(types -> Arguments.of(cell, types)));
  }

  /** One event, the same for two users. */
  private interface Event {
    void happensTo(UserState user);
  }

  @ParameterizedTest
  @MethodSource("models")
  void itemsInAnyOrderOfCalls(Cell cell, MatrixTypes types) throws IOException {
    Path path = folder.resolve("items.safetensors");
    RandomNetworks.write(
        path, RandomNetworks.network(RandomSeed.random(1), cell, ITEMS, 5, 33, 17), types);
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      anyOrder(
          scorer,
          random -> {
            int item = random.nextInt(ITEMS);
            return user -> scorer.step(user, item);
          },
          user -> scorer.topK(user, 3, new Ranked()),
          cell + ", " + types);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void featuresInAnyOrderOfCalls(Cell cell, MatrixTypes types) throws IOException {
    Path path = folder.resolve("features.safetensors");
    RandomNetworks.write(
        path,
        RandomNetworks.prediction(
            RandomSeed.random(1), cell, Activation.LINEAR, FEATURES, 3, 33, 17),
        types);
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      anyOrder(
          scorer,
          random -> {
            float[] features = RandomNetworks.floats(random, FEATURES, 1);
            return user -> scorer.step(user, features);
          },
          user -> scorer.predict(user, new float[3]),
          cell + ", " + types);
    }
  }

  private interface Events {
    Event next(Random random);
  }

  /** Makes random calls for two users, and prepares only the first. */
  private static void anyOrder(Scorer scorer, Events events, Event answer, String model) {
    for (int user = 0; user < 20; user++) {
      long seed = RandomSeed.of(user);
      Random random = new Random(seed);
      UserState prepared = scorer.newState();
      UserState plain = scorer.newState();
      UserState other = scorer.newState();
      events.next(random).happensTo(other);
      for (int call = 0; call < 40; call++) {
        String where = model + ", seed " + seed + ", call " + call;
        boolean expected = prepared.isPrepared();
        switch (random.nextInt(9)) {
          case 0, 1, 2 -> {
            Event event = events.next(random);
            event.happensTo(prepared);
            event.happensTo(plain);
            expected = false;
          }
          case 3, 4 -> {
            scorer.prepare(prepared);
            expected = true;
          }
          case 5 -> {
            answer.happensTo(prepared);
            answer.happensTo(plain);
          }
          case 6 -> {
            scorer.reset(prepared);
            scorer.reset(plain);
            expected = false;
          }
          case 7 -> {
            if (random.nextBoolean()) {
              scorer.prepare(other);
            } else {
              events.next(random).happensTo(other);
            }
            prepared.copyFrom(other);
            plain.readFrom(ModelFiles.serialize(other));
            expected = other.isPrepared();
          }
          default -> {
            prepared.readFrom(ModelFiles.serialize(other));
            plain.readFrom(ModelFiles.serialize(other));
            expected = false;
          }
        }
        assertEquals(expected, prepared.isPrepared(), where);
        assertFalse(plain.isPrepared(), where);
        assertEquals(ModelFiles.serialize(plain), ModelFiles.serialize(prepared), where);
      }
    }
  }

  @Test
  void preparingLeavesTheAnswersAlone() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, ITEMS, 5, 17, 9))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 3);
      float[] before = new float[ITEMS];
      float[] after = new float[ITEMS];
      scorer.scores(user, before);
      scorer.prepare(user);
      scorer.prepare(user);
      scorer.scores(user, after);
      for (int item = 0; item < ITEMS; item++) {
        assertEquals(before[item], after[item]);
        assertEquals(before[item], scorer.score(user, item));
      }
      assertTrue(user.isPrepared());
    }
  }

  @Test
  void refusedCallsLeaveAStatePrepared() throws IOException {
    LiveModel live = LiveModel.open(ModelFiles.random(folder, 1, ITEMS, 5, 17));
    try (LiveModel stranger = LiveModel.open(ModelFiles.random(folder, 2, ITEMS, 5, 17))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      UserState foreign = stranger.newScorer().newState();
      scorer.prepare(user);
      assertThrows(IndexOutOfBoundsException.class, () -> scorer.step(user, ITEMS));
      assertThrows(IllegalStateException.class, () -> scorer.step(user, new float[5]));
      assertThrows(IllegalArgumentException.class, () -> scorer.prepare(foreign));
      assertTrue(user.isPrepared());
      assertFalse(foreign.isPrepared());
      UserState late = scorer.newState();
      live.close();
      assertThrows(IllegalStateException.class, () -> scorer.prepare(late));
      assertFalse(late.isPrepared());
    } finally {
      live.close();
    }
  }

  /**
   * Prepares and steps on different backends, as does a model that was opened cold, whose first
   * backend is scalar.
   */
  @Test
  void sumsOfAnotherBackendAreNotUsed() throws IOException {
    Path path = ModelFiles.random(folder, 1, ITEMS, 8, 33, 17);
    WeightFile file = WeightFile.open(path);
    Network scalar = Network.openUncheckedScalar(file, Pace.full());
    ModelVersion version =
        new ModelVersion(
            1, file.digest(), path, 1, Instant.now(), scalar.specification(), Map.of());
    LoadedModel cold = new LoadedModel(version, file, scalar);
    Publication publication = new Publication(cold, retired -> {});
    Scorer scorer = new Scorer(publication, null);
    BatchScorer batch = new BatchScorer(publication, 1);
    UserState plain = scorer.newState();
    UserState[] prepared = {scorer.newState(), scorer.newState()};
    for (UserState user : new UserState[] {plain, prepared[0], prepared[1]}) {
      for (int event = 0; event < 5; event++) {
        scorer.step(user, event);
      }
    }
    scorer.prepare(prepared[0]);
    batch.prepare(new UserState[] {prepared[1]}, 1);

    publication.publish(cold.with(Network.openUnchecked(file, Pace.full())));
    scorer.step(plain, 7);
    scorer.step(prepared[0], 7);
    batch.step(new UserState[] {prepared[1]}, new int[] {7}, 1);
    assertEquals(ModelFiles.serialize(plain), ModelFiles.serialize(prepared[0]));
    assertEquals(ModelFiles.serialize(plain), ModelFiles.serialize(prepared[1]));
    publication.close();
  }
}
