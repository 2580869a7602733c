package org.staccato.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.staccato.LiveModel;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.NeighbourMemory.Search;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.MemoryTraining.JudgedShare;
import org.staccato.trainer.baseline.SessionKnn;
import org.staccato.trainer.evaluate.EvaluationResult;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.evaluate.ServedModel;
import org.staccato.trainer.learn.TrainingOptions;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.sequence.Preparation;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;

/** The memory of a served model beside the baseline of the same definition. */
class MemoryTrainingTest {
  private static final Metric METRIC = Metric.of("mrr@10");

  @TempDir Path folder;

  private static Split split(int users, int items) throws Exception {
    Random random = RandomSeed.random(items);
    EventLog.Builder log = new EventLog.Builder(false, false);
    for (int user = 0; user < users; user++) {
      int at = random.nextInt(items);
      int length = 3 + random.nextInt(6);
      for (int event = 0; event < length; event++) {
        log.add(Integer.toString(user), null, Integer.toString(at), 0);
        at = (at + random.nextInt(4)) % items;
      }
    }
    return Preparation.split(log.build(), PreparationOptions.leaveOneOut());
  }

  /** Writes a model that is its memory alone. */
  private Path alone(Split split, Search search) throws Exception {
    Path file = folder.resolve("memory.safetensors");
    TrainingPipeline pipeline =
        new TrainingPipeline(
            split, MemoryTraining.networkOfPopularity(split), TrainingOptions.forShortSessions());
    pipeline.write(file, MemoryTraining.countPopularity(split).weights(), "{}");
    new MemoryTraining(split, search).addTo(file, NeighbourMemory.ALONE);
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "40, 17, 1500, 288, 4",
    "300, 67, 40, 9, 9",
    "300, 31, 7, 3, 1",
    "500, 251, 100, 100, 3"
  })
  void aMemoryAloneAnswersAsTheBaselineDoes(
      int users, int items, int sample, int nearest, int history) throws Exception {
    Split split = split(users, items);
    SessionKnn baseline =
        new SessionKnn(split.train(), new SessionKnn.Options(sample, nearest, history));
    try (LiveModel live = LiveModel.open(alone(split, new Search(sample, nearest, history)))) {
      ServedModel served = new ServedModel("memory", live, split.items());
      assertSameScores(baseline, served, split.train());
      Evaluator evaluator = new Evaluator(new int[] {5, 20}, 1);
      EvaluationResult expected = evaluator.evaluate(baseline, split.test());
      EvaluationResult found = evaluator.evaluate(served, split.test());
      for (int cutoff : new int[] {5, 20}) {
        assertEquals(expected.at(cutoff).hitRate(), found.at(cutoff).hitRate(), 1e-9);
        assertEquals(expected.at(cutoff).mrr(), found.at(cutoff).mrr(), 1e-3);
      }
    }
  }

  private static void assertSameScores(
      NextItemModel baseline, NextItemModel served, Sequences train) {
    NextItemModel.Session expected = baseline.newSession();
    NextItemModel.Session found = served.newSession();
    float[] votes = new float[baseline.items()];
    float[] scores = new float[baseline.items()];
    for (int sequence = 0; sequence < 20; sequence++) {
      expected.reset();
      found.reset();
      for (int at = 0; at < train.length(sequence); at++) {
        expected.observe(train.item(sequence, at));
        found.observe(train.item(sequence, at));
        expected.scores(votes);
        found.scores(scores);
        double total = 0;
        for (float vote : votes) {
          total += Math.max(0, vote);
        }
        for (int item = 0; item < votes.length; item++) {
          double probability = Math.exp(scores[item]);
          if (votes[item] > 0) {
            assertEquals(votes[item] / total, probability, 5e-6);
          } else {
            assertTrue(total == 0 || probability < 1e-6);
          }
        }
        assertSameOrderWithoutVotes(votes, scores);
      }
    }
  }

  /** Popularity orders the items without a vote in both, and both put them last. */
  private static void assertSameOrderWithoutVotes(float[] votes, float[] scores) {
    List<Integer> without = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (int item = 0; item < votes.length; item++) {
      if (votes[item] > 0) {
        least = Math.min(least, scores[item]);
      } else {
        without.add(item);
      }
    }
    for (int item : without) {
      assertTrue(scores[item] < least);
      for (int other : without) {
        if (votes[item] > votes[other]) {
          assertTrue(scores[item] > scores[other]);
        }
      }
    }
  }

  @Test
  void theBestShareOnTheValidationIsFoundThroughTheServedFile() throws Exception {
    Split split = split(200, 40);
    Path file = alone(split, Search.usual());
    MemoryTraining training = new MemoryTraining(split, Search.usual());
    List<JudgedShare> judged = training.judge(file, METRIC, 1);
    assertEquals(MemoryTraining.SHARES, judged.stream().map(JudgedShare::share).toList());
    JudgedShare best = MemoryTraining.best(judged);
    assertTrue(judged.stream().allMatch(each -> each.score() <= best.score()));
    training.addTo(file, best.share());
    try (LiveModel live = LiveModel.open(file)) {
      EvaluationResult result =
          new Evaluator(new int[] {METRIC.cutoff()}, 1)
              .evaluate(new ServedModel("best", live, split.items()), split.validation());
      assertEquals(best.score(), METRIC.of(result));
    }
  }

  @Test
  void theFirstOfEqualSharesIsBest() {
    List<JudgedShare> judged =
        Arrays.asList(new JudgedShare(.1f, 1), new JudgedShare(.2f, 2), new JudgedShare(.3f, 2));
    assertEquals(.2f, MemoryTraining.best(judged).share());
  }
}
