package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.export.ReferenceNetwork;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.model.Event;
import org.staccato.model.EventAttribute;
import org.staccato.model.ItemInput;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.model.WrongTaskException;
import org.staccato.testkit.Cell;
import org.staccato.testkit.Kinds;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** Steps on events with attributes, and predictions of given items, seen by a user of the API. */
class EventStepTest {
  private static final int STEPS = 9;

  private long seed;
  private Random random = new Random();

  @TempDir Path folder;

  @BeforeEach
  void draw() {
    seed = RandomSeed.fresh();
    random = new Random(seed);
  }

  static Stream<ModelSpecification> networks() {
    return Kinds.networksOfEvents().stream();
  }

  private Path write(Weights weights) throws IOException {
    return ModelFiles.write(folder.resolve("events.safetensors"), weights);
  }

  private List<Event> events(int items) {
    return Stream.generate(() -> RandomNetworks.event(random, random.nextInt(items)))
        .limit(STEPS)
        .toList();
  }

  private static int[] values(ModelSpecification specification, Event event) {
    return specification.attributes().stream()
        .mapToInt(attribute -> attribute.valueOf(event))
        .toArray();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void scoresAreThoseOfTheReference(ModelSpecification specification) throws IOException {
    Weights weights = RandomNetworks.weights(random, specification);
    int items = specification.itemInput().items();
    try (LiveModel live = LiveModel.open(write(weights))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      ReferenceNetwork reference = new ReferenceNetwork(weights);
      for (Event event : events(items)) {
        assertTrue(scorer.step(user, event));
        reference.step(event.item(), values(specification, event));
      }
      for (int item = 0; item < items; item++) {
        double expected = reference.score(specification.ranking(), item);
        assertEquals(expected, scorer.score(user, item), 2e-4, "item " + item + ", seed " + seed);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aBatchOfEventsGivesTheBitsOfSingleSteps(ModelSpecification specification)
      throws IOException {
    int items = specification.itemInput().items();
    int count = 5;
    try (LiveModel live = LiveModel.open(write(RandomNetworks.weights(random, specification)))) {
      Scorer scorer = live.newScorer();
      BatchScorer batch = live.newBatchScorer(count);
      UserState[] users = Stream.generate(scorer::newState).limit(count).toArray(UserState[]::new);
      UserState[] expected =
          Stream.generate(scorer::newState).limit(count).toArray(UserState[]::new);
      for (int step = 0; step < STEPS; step++) {
        Event[] events = events(items).subList(0, count).toArray(Event[]::new);
        events[step % count].item(ItemKeys.UNKNOWN);
        for (int i = 0; i < count; i++) {
          scorer.step(expected[i], events[i]);
        }
        if (step % 2 == 1) {
          batch.prepare(users, count);
        }
        assertEquals(count - 1, batch.step(users, events, count));
        for (int i = 0; i < count; i++) {
          ByteBuffer bytes = ModelFiles.serialize(expected[i]);
          assertEquals(bytes, ModelFiles.serialize(users[i]), "step " + step + ", seed " + seed);
        }
      }
    }
  }

  @Test
  void aStepOnAnItemAloneKnowsNothingOfTheEventBefore() throws IOException {
    ModelSpecification specification = Kinds.networksOfEvents().getFirst();
    try (LiveModel live = LiveModel.open(write(RandomNetworks.weights(random, specification)))) {
      Scorer scorer = live.newScorer();
      UserState one = scorer.newState();
      UserState other = scorer.newState();
      scorer.step(one, new Event().item(1).type("buy").value(5));
      other.copyFrom(one);
      scorer.step(one, 2);
      scorer.step(other, new Event().item(2));
      assertEquals(ModelFiles.serialize(one), ModelFiles.serialize(other));
      scorer.step(one, new Event().item(2).type("view"));
      scorer.step(other, 2);
      assertNotEquals(ModelFiles.serialize(one), ModelFiles.serialize(other));
    }
  }

  @Test
  void aModelWithoutAttributesTakesTheItemOfAnEvent() throws IOException {
    try (LiveModel live = LiveModel.open(ModelFiles.random(folder, seed, 20, 5, 9))) {
      Scorer scorer = live.newScorer();
      UserState one = scorer.newState();
      UserState other = scorer.newState();
      for (Event event : events(20)) {
        scorer.step(one, event);
        scorer.step(other, event.item());
      }
      assertEquals(ModelFiles.serialize(one), ModelFiles.serialize(other));
      ByteBuffer before = ModelFiles.serialize(one);
      assertFalse(scorer.step(one, new Event().item(ItemKeys.UNKNOWN)));
      assertThrows(IndexOutOfBoundsException.class, () -> scorer.step(one, new Event().item(20)));
      assertEquals(before, ModelFiles.serialize(one));
    }
  }

  @ParameterizedTest
  @EnumSource(Link.class)
  void aPredictionIsTheLinkOfTheScore(Link link) throws IOException {
    ModelSpecification specification =
        new ModelSpecification(
            new ItemInput(17, 4, ItemKeys.Kind.LONG),
            RandomNetworks.layers(Cell.GRU, 4, 7),
            List.of(new Ranking(Ranking.ITEM, 7, 17, false, link)));
    try (LiveModel live = LiveModel.open(write(RandomNetworks.weights(random, specification)))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      scorer.step(user, 3);
      if (link == Link.NONE) {
        String message =
            assertThrows(WrongTaskException.class, () -> scorer.predict(user, 3)).getMessage();
        assertTrue(String.valueOf(message).contains("neither a rating nor a click"), message);
        return;
      }
      for (int item = 0; item < 17; item++) {
        double score = scorer.score(user, item);
        double expected = link == Link.IDENTITY ? score : 1 / (1 + Math.exp(-score));
        assertEquals(expected, scorer.predict(user, item), 1e-6, "seed " + seed);
      }
      assertTrue(Float.isNaN(scorer.predict(user, ItemKeys.UNKNOWN)));
      assertThrows(IndexOutOfBoundsException.class, () -> scorer.predict(user, 17));
    }
  }

  @Test
  void aNewVersionReadsTheSameEventByItsOwnAttributes() throws IOException {
    ItemInput input = new ItemInput(20, 5, ItemKeys.Kind.LONG);
    List<EventAttribute> attributes = new ArrayList<>(Kinds.attributes());
    ModelSpecification many = network(input.withAttributes(attributes));
    ModelSpecification one = network(input.withAttributes(attributes.subList(1, 2)));
    Weights before = RandomNetworks.weights(random, many);
    Weights after = RandomNetworks.weights(random, one);
    Event event = new Event().item(3).type("buy").value(4).millis(7).previousMillis(1);
    try (LiveModel live = LiveModel.open(write(before))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      for (Weights weights : List.of(before, after, before)) {
        live.publish(write(weights));
        scorer.reset(user);
        scorer.step(user, event);
        ReferenceNetwork reference = new ReferenceNetwork(weights);
        reference.step(3, values(weights.specification(), event));
        double expected = reference.score(weights.specification().ranking(), 5);
        assertEquals(expected, scorer.score(user, 5), 1e-4, "seed " + seed);
      }
    }
  }

  @Test
  void aVersionWithAnotherLinkIsAnotherTask() throws IOException {
    ItemInput input = new ItemInput(20, 5, ItemKeys.Kind.LONG);
    ModelSpecification next = network(input);
    ModelSpecification clicks =
        new ModelSpecification(
            input, next.layers(), List.of(new Ranking(Ranking.NEXT, 9, 20, false, Link.SIGMOID)));
    try (LiveModel live = LiveModel.open(write(RandomNetworks.weights(random, next)))) {
      Path path = write(RandomNetworks.weights(random, clicks));
      String message =
          String.valueOf(
              assertThrows(ModelRejectedException.class, () -> live.publish(path)).getMessage());
      assertTrue(
          message.endsWith(
              "task: found ItemInput and Ranking with the link SIGMOID, expected ItemInput and"
                  + " Ranking"),
          message);
    }
  }

  private static ModelSpecification network(ItemInput input) {
    return new ModelSpecification(
        input,
        RandomNetworks.layers(Cell.LSTM, 5, 9),
        List.of(new Ranking(Ranking.NEXT, 9, 20, false)));
  }
}
