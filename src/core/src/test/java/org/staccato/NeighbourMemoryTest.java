package org.staccato;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.export.MatrixTypes;
import org.staccato.export.MemoryWriter;
import org.staccato.export.Quantization;
import org.staccato.export.RememberedSequences;
import org.staccato.format.CraftedFile;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.NeighbourMemory.Search;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomNetworks;
import org.staccato.testkit.RandomSeed;

/** A model with a memory of sequences: its scores, its states, its files and its versions. */
class NeighbourMemoryTest {
  private static final double BOUND = 2e-5;

  @TempDir Path folder;

  /** Sequences as sets of items, the most recent last. */
  private static List<Set<Integer>> draw(Random random, int items, int count, int longest) {
    List<Set<Integer>> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Set<Integer> sequence = new LinkedHashSet<>();
      for (int item : RandomNetworks.sequence(random, items, 1 + random.nextInt(longest))) {
        sequence.add(item);
      }
      sequences.add(sequence);
    }
    return sequences;
  }

  private static RememberedSequences remembered(List<Set<Integer>> sequences, int items) {
    RememberedSequences.Builder builder = new RememberedSequences.Builder(items);
    for (Set<Integer> sequence : sequences) {
      sequence.forEach(builder::add);
      builder.endSequence();
    }
    return builder.build();
  }

  /** VMIS-kNN by its definition, over all sequences, in double precision. */
  private static double[] votes(
      List<Set<Integer>> sequences, int items, Search search, List<Integer> latestFirst) {
    int n = latestFirst.size();
    List<Integer> distinct = latestFirst.stream().distinct().toList();
    List<Set<Integer>> recent = new ArrayList<>();
    for (int i = sequences.size() - 1; i >= 0 && recent.size() < search.sample(); i--) {
      if (distinct.stream().anyMatch(sequences.get(i)::contains)) {
        recent.add(sequences.get(i));
      }
    }
    Comparator<Set<Integer>> bySimilarity =
        Comparator.comparingDouble(
            sequence ->
                distinct.stream()
                    .filter(sequence::contains)
                    .mapToInt(item -> n - latestFirst.indexOf(item))
                    .sum());
    double[] votes = new double[items];
    List<Set<Integer>> nearest =
        recent.stream().sorted(bySimilarity.reversed()).limit(search.nearest()).toList();
    long entries = sequences.stream().mapToLong(Set::size).sum();
    for (Set<Integer> neighbour : nearest) {
      double similarity = 0;
      int place = Integer.MAX_VALUE;
      for (int item : distinct) {
        if (neighbour.contains(item)) {
          similarity += (double) (n - latestFirst.indexOf(item)) / distinct.size();
          place = Math.min(place, latestFirst.indexOf(item) + 1);
        }
      }
      for (int item : neighbour) {
        long support = sequences.stream().filter(each -> each.contains(item)).count();
        votes[item] += similarity * (1 - place / 10.0) * Math.log((double) entries / support);
      }
    }
    if (n > 0) {
      votes[latestFirst.getFirst()] = 0;
    }
    return votes;
  }

  private static double[] blended(float[] logits, double[] votes, double share) {
    double greatest = IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElse(0);
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - greatest);
    }
    double total = Arrays.stream(votes).sum();
    double own = total > 0 ? share : 0;
    double[] probabilities = new double[logits.length];
    for (int item = 0; item < logits.length; item++) {
      probabilities[item] =
          (1 - own) * Math.exp(logits[item] - greatest) / sum
              + (own == 0 ? 0 : own * votes[item] / total);
    }
    return probabilities;
  }

  private Path plain(int items) throws IOException {
    return ModelFiles.random(folder, 1, items, 8, 17);
  }

  private Path withMemory(
      Path plain, List<Set<Integer>> sequences, int items, Search search, float share)
      throws IOException {
    Path path = folder.resolve("memory.safetensors");
    MemoryWriter.write(plain, path, remembered(sequences, items), search, share);
    return path;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 0.5",
    "15, 7, 3, 2, 1, 0.1",
    "16, 40, 11, 5, 2, 0.9",
    "17, 100, 1000, 288, 4, 0.5",
    "131, 300, 50, 20, 9, 0.3",
    "1031, 2000, 500, 100, 4, 0.7"
  })
  void scoresAreTheLogarithmsOfBlendedProbabilities(
      int items, int count, int sample, int nearest, int history, float share) throws IOException {
    Random random = RandomSeed.random(items);
    List<Set<Integer>> sequences = draw(random, items, count, 6);
    Search search = new Search(sample, nearest, history);
    Path plain = plain(items);
    try (LiveModel bare = LiveModel.open(plain);
        LiveModel live = LiveModel.open(withMemory(plain, sequences, items, search, share));
        Scorer logits = bare.newScorer();
        Scorer scorer = live.newScorer()) {
      UserState bareUser = logits.newState();
      UserState user = scorer.newState();
      Deque<Integer> latestFirst = new ArrayDeque<>();
      float[] bareScores = new float[items];
      float[] scores = new float[items];
      for (int event = 0; event < 30; event++) {
        logits.scores(bareUser, bareScores);
        scorer.scores(user, scores);
        double[] votes = votes(sequences, items, search, List.copyOf(latestFirst));
        double[] expected = blended(bareScores, votes, share);
        for (int item = 0; item < items; item++) {
          assertEquals(1, Math.exp(scores[item]) / expected[item], BOUND, "item " + item);
        }
        // Some items come again and again.
        int item = event % 3 == 0 ? event % Math.min(items, 2) : random.nextInt(items);
        logits.step(bareUser, item);
        scorer.step(user, item);
        latestFirst.addFirst(item);
        if (latestFirst.size() > history) {
          latestFirst.removeLast();
        }
      }
    }
  }

  private static Path standard(Path folder, int items, Random random) throws IOException {
    Path plain = ModelFiles.random(folder, Cell.GRU, 3, items, 8, 17);
    Path path = folder.resolve("standard.safetensors");
    RememberedSequences sequences = RandomNetworks.remembered(random, items, 200, 5);
    MemoryWriter.write(plain, path, sequences, new Search(100, 30, 4), 0.6f);
    return path;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16, 67, 301})
  void allAnswersAgreeOnTheScores(int items) throws IOException {
    Random random = RandomSeed.random(7);
    try (LiveModel live = LiveModel.open(standard(folder, items, random));
        Scorer scorer = live.newScorer();
        BatchScorer batch = live.newBatchScorer(3)) {
      UserState[] users = {scorer.newState(), scorer.newState(), scorer.newState()};
      float[][] all = new float[3][items];
      float[] own = new float[items];
      Ranked[] lists = {new Ranked(), new Ranked(), new Ranked()};
      Ranked ranked = new Ranked();
      int[] events = new int[3];
      float[] single = new float[3];
      for (int event = 0; event < 12; event++) {
        for (int i = 0; i < 3; i++) {
          events[i] = i == 1 && event % 4 == 0 ? ItemKeys.UNKNOWN : random.nextInt(items);
        }
        batch.step(users, events, 3);
        ItemSet deny = ItemSet.of(live.version(), new int[] {random.nextInt(items)}, 1);
        ItemFilter filter = ItemFilter.NONE.withDeny(deny);
        batch.scores(users, 3, all);
        batch.topK(users, 3, 10, filter, lists);
        batch.score(users, events, 3, single);
        for (int i = 0; i < 3; i++) {
          UserState user = users[i];
          scorer.scores(user, own);
          assertArrayEquals(own, all[i]);
          assertEquals(lists[i].size(), scorer.topK(user, 10, filter, ranked));
          List<Integer> expected =
              IntStream.range(0, items)
                  .filter(item -> !deny.contains(item))
                  .boxed()
                  .sorted(Comparator.comparingDouble((Integer item) -> -own[item]))
                  .limit(10)
                  .toList();
          assertEquals(expected, items(ranked));
          assertEquals(expected, items(lists[i]));
          for (int rank = 0; rank < ranked.size(); rank++) {
            assertEquals(own[ranked.item(rank)], ranked.score(rank));
          }
          float unknown = events[i] < 0 ? Float.NEGATIVE_INFINITY : own[events[i]];
          assertEquals(unknown, single[i]);
          assertEquals(unknown, scorer.score(user, events[i]));
        }
      }
    }
  }

  private static List<Integer> items(Ranked ranked) {
    return IntStream.range(0, ranked.size()).map(ranked::item).boxed().toList();
  }

  @Test
  void theLastItemsBelongToTheState() throws IOException {
    Random random = RandomSeed.random(9);
    int items = 50;
    try (LiveModel live = LiveModel.open(standard(folder, items, random));
        Scorer scorer = live.newScorer()) {
      UserState user = scorer.newState();
      UserState other = scorer.newState();
      float[] fresh = new float[items];
      float[] expected = new float[items];
      float[] found = new float[items];
      scorer.scores(user, fresh);
      for (int event = 0; event < 6; event++) {
        scorer.prepare(user);
        scorer.step(user, random.nextInt(items));
        scorer.step(user, ItemKeys.UNKNOWN);
        scorer.scores(user, expected);
        ByteBuffer bytes = ModelFiles.serialize(user);
        assertEquals(32 + (4 + 17) * Float.BYTES, bytes.remaining());
        other.reset();
        other.readFrom(bytes);
        scorer.scores(other, found);
        assertArrayEquals(expected, found);
        other.reset();
        other.copyFrom(user);
        scorer.scores(other, found);
        assertArrayEquals(expected, found);
      }
      scorer.reset(user);
      scorer.scores(user, found);
      assertArrayEquals(fresh, found);
    }
  }

  @Test
  void aSerialisedStateWithAnItemBeyondTheCatalogueIsRefused() throws IOException {
    int items = 50;
    try (LiveModel live = LiveModel.open(standard(folder, items, RandomSeed.random(9)));
        Scorer scorer = live.newScorer()) {
      UserState user = scorer.newState();
      scorer.step(user, items - 1);
      ByteBuffer bytes = ModelFiles.serialize(user).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals(items, bytes.getInt(32));
      bytes.putInt(32, items + 1);
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> user.readFrom(bytes));
      assertTrue(String.valueOf(refused.getMessage()).contains("history"), refused::toString);
      // A sign is no item either.
      bytes.putInt(32, Integer.MIN_VALUE | 1);
      user.readFrom(bytes);
      scorer.scores(user, new float[items]);
    }
  }

  @Test
  void aModelGetsAMemoryAndOtherSequencesWhileItServes() throws IOException {
    int items = 60;
    Random random = RandomSeed.random(5);
    Path plain = plain(items);
    List<Set<Integer>> sequences = draw(random, items, 20, 5);
    Search search = new Search(100, 30, 4);
    try (LiveModel live = LiveModel.open(plain);
        Scorer scorer = live.newScorer()) {
      UserState user = scorer.newState();
      scorer.step(user, 3);
      float logit = scorer.score(user, 7);
      Path path = withMemory(plain, sequences, items, search, 0.5f);
      live.publish(path);
      scorer.reset(user);
      scorer.step(user, 3);
      float before = scorer.score(user, 7);
      RememberedSequences.Builder more = MemoryWriter.remembered(path);
      more.add(3);
      more.add(7);
      more.endSequence();
      MemoryWriter.write(path, path, more.build(), search, 0.5f);
      live.publish(path);
      scorer.reset(user);
      scorer.step(user, 3);
      assertTrue(scorer.score(user, 7) > before);
      assertEquals(21, live.version().specification().findMemory().orElseThrow().sequences());
      live.publish(plain);
      scorer.reset(user);
      scorer.step(user, 3);
      assertEquals(logit, scorer.score(user, 7));
    }
  }

  @Test
  void aMemoryStaysThroughOtherTypes() throws IOException {
    int items = 60;
    Path path = standard(folder, items, RandomSeed.random(5));
    Path half = folder.resolve("half.safetensors");
    Quantization.write(path, half, MatrixTypes.BF16, 1);
    try (LiveModel live = LiveModel.open(half);
        LiveModel original = LiveModel.open(path)) {
      NeighbourMemory memory = live.version().specification().findMemory().orElseThrow();
      NeighbourMemory before = original.version().specification().findMemory().orElseThrow();
      assertEquals(before, memory);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "item-starts, 0, 1",
    "item-starts, 1, -1",
    "item-starts, 1, 2147483647",
    "item-starts, 200, 0",
    "items, 0, -1",
    "items, 1, 60",
    "items, 2, 2147483647",
    "sequence-starts, 0, 1",
    "sequence-starts, 3, -5",
    "sequence-starts, 60, 3",
    "sequences, 0, -1",
    "sequences, 1, 200",
    "sequences, 5, 2147483647",
    "item-weights, 4, -1082130432",
    "item-weights, 5, 1149239296"
  })
  void aNumberThatLeadsOutsideIsRefused(String part, int element, int value) throws IOException {
    Path path = standard(folder, 60, RandomSeed.random(5));
    CraftedFile.overwrite(
        path,
        "head.memory." + part,
        (long) element * Integer.BYTES,
        CraftedFile.littleEndian(value));
    Files.write(path, CraftedFile.sealed(Files.readAllBytes(path)));
    ModelRejectedException rejected =
        assertThrows(ModelRejectedException.class, () -> LiveModel.open(path).close());
    assertEquals(Reason.VALUE_RANGE, rejected.reason());
  }

  @Test
  void aRefusalLeavesTheFileAlone() throws IOException {
    Path plain = plain(20);
    byte[] before = Files.readAllBytes(plain);
    RememberedSequences other = RandomNetworks.remembered(RandomSeed.random(1), 21, 5, 3);
    assertThrows(
        IllegalArgumentException.class,
        () -> MemoryWriter.write(plain, plain, other, Search.usual(), 0.5f));
    RememberedSequences own = RandomNetworks.remembered(RandomSeed.random(1), 20, 5, 3);
    for (float share : new float[] {0, 1, -1, Float.NaN}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> MemoryWriter.write(plain, plain, own, Search.usual(), share));
    }
    assertThrows(ModelRejectedException.class, () -> MemoryWriter.remembered(plain));
    assertThrows(IllegalArgumentException.class, new RememberedSequences.Builder(3)::build);
    assertArrayEquals(before, Files.readAllBytes(plain));
  }
}
