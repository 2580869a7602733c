package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.model.Event;
import org.staccato.model.EventAttribute;
import org.staccato.model.ItemInput;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.TrainingPipeline;
import org.staccato.trainer.baseline.ValueBaselines;
import org.staccato.trainer.evaluate.ServedValues;
import org.staccato.trainer.evaluate.ValueEvaluator;
import org.staccato.trainer.evaluate.ValueEvaluator.Result;
import org.staccato.trainer.evaluate.ValueTask;
import org.staccato.trainer.log.Column;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.log.KeptColumns;
import org.staccato.trainer.sequence.AttributeChoice;
import org.staccato.trainer.sequence.EvaluationCases;
import org.staccato.trainer.sequence.Preparation;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;
import org.staccato.trainer.sequence.UnusableLogException;

/** Ratings and clicks: the trainer's loss as it is served, and what a training learns. */
class ServedValuesTest {
  private static final ValueTask RATING = ValueTask.rating(1, 5);
  private static final ValueTask CLICK = ValueTask.click(4);

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @TempDir Path folder;

  /** Users who rate everything high or low by turns, with some values missing. */
  private Split split() throws UnusableLogException {
    KeptColumns kept = KeptColumns.of(Set.of(Column.TYPE, Column.VALUE, Column.TIME));
    EventLog.Builder log = new EventLog.Builder(true, false, kept);
    for (int user = 0; user < 60; user++) {
      long time = random.nextInt(1_000_000);
      for (int event = 0; event < 40; event++) {
        time += 1000L * random.nextInt(1 << random.nextInt(1, 20));
        float value = (user % 2 == 0 ? 4 : 2) + random.nextInt(2);
        log.add(
            "u" + user,
            null,
            Integer.toString(random.nextInt(13)),
            time,
            random.nextBoolean() ? "view" : "buy",
            random.nextInt(10) == 0 ? Float.NaN : value);
      }
    }
    return Preparation.split(log.build(), PreparationOptions.lastShare(0.1));
  }

  private static List<EventAttribute> attributes(Split split) throws UnusableLogException {
    List<EventAttribute> attributes = new ArrayList<>();
    for (AttributeChoice choice : AttributeChoice.values()) {
      attributes.add(choice.learn(split.train(), "Europe/Berlin"));
    }
    return attributes;
  }

  private static ModelSpecification network(
      Split split, NextItemNetwork.Cell cell, Link link, int width) throws UnusableLogException {
    ItemInput input = TrainingPipeline.input(split, width).withAttributes(attributes(split));
    NextItemNetwork.Block block = new NextItemNetwork.Block(cell, false, false, 0, 0, 0);
    return NextItemNetwork.of(input, List.of(width), true, block, link);
  }

  @ParameterizedTest
  @EnumSource(NextItemNetwork.Cell.class)
  void theServedLossIsTheTrainers(NextItemNetwork.Cell cell) throws Exception {
    Split split = split();
    ModelSpecification specification = network(split, cell, Link.SIGMOID, 17);
    ParameterArray parameters = new ParameterArray(specification, 2, 0.5f, false, null);
    LearntWeights weights = new LearntWeights(parameters, seed);
    for (EventAttribute attribute : specification.attributes()) {
      ParameterRange range = parameters.range(ModelSpecification.attributeName(attribute));
      for (int i = 0; i < range.size(); i++) {
        weights.values[range.offset() + i] = (float) (0.3 * random.nextGaussian());
      }
    }
    Sequences train = split.train();
    double learnt = learnt(parameters, weights, train);
    double served = served(weights, train);
    // Both round each of the sums of a step to some 2⁻²¹ of scores around 1.
    assertEquals(served, learnt, train.events() * 0x1p-17, "seed " + seed);
  }

  private static double learnt(
      ParameterArray parameters, LearntWeights weights, Sequences sequences) {
    TrainingOptions options =
        TrainingOptions.forLongSequences().withWindow(7).withDropout(Dropout.NONE);
    ValueObjective.Loss loss = ValueObjective.Loss.BINARY_CROSS_ENTROPY;
    Shard shard =
        new Shard(
            parameters,
            options,
            (array, rows, window, touched) -> new ValuePass(array, loss, rows, window),
            8);
    int[] order = new int[sequences.count()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    EventEncoder encoder = new EventEncoder(parameters.specification().attributes(), CLICK);
    EventStreams streams = new EventStreams(sequences, order, 1, Long.MAX_VALUE, encoder);
    double sum = 0;
    while (streams.next(new Window[] {shard.window}) > 0) {
      shard.run(weights, 1, 0);
      sum += shard.loss;
    }
    return sum;
  }

  private double served(LearntWeights weights, Sequences sequences) throws IOException {
    Path path = ModelFiles.write(folder.resolve("model.safetensors"), weights.export());
    double loss = 0;
    try (LiveModel live = LiveModel.open(path)) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      Event event = new Event();
      for (int sequence = 0; sequence < sequences.count(); sequence++) {
        scorer.reset(user);
        for (int position = 0; position < sequences.length(sequence); position++) {
          float value = sequences.value(sequence, position);
          if (position > 0 && !Float.isNaN(value)) {
            double p = scorer.predict(user, sequences.item(sequence, position));
            loss -= Math.log(value >= 4 ? p : 1 - p);
          }
          sequences.read(sequence, position, event);
          scorer.step(user, event);
        }
      }
    }
    return loss;
  }

  private static TrainingOptions options() {
    return TrainingOptions.forLongSequences()
        .withEpochs(12)
        .withBatchSize(16)
        .withWindow(10)
        .withLearningRate(1e-2)
        .withThreads(1);
  }

  private List<Result> train(Split split, ValueObjective objective, Path path) throws Exception {
    ModelSpecification network =
        network(split, NextItemNetwork.Cell.LSTM, objective.task().link(), 8);
    TrainingPipeline pipeline = new TrainingPipeline(split, network, options(), objective);
    TrainingResult result = pipeline.train(new TrainingListener() {});
    pipeline.write(path, result.weights(), "{}");
    try (LiveModel live = LiveModel.open(path)) {
      ValueTask task = objective.task();
      List<Result> results = new ArrayList<>();
      ValueEvaluator evaluator = new ValueEvaluator(task);
      results.add(evaluator.evaluate(new ServedValues("m", live, split.items()), split.test()));
      results.addAll(
          evaluator.evaluate(
              ValueBaselines.learn(task, split.train(), List.of(split.validation())),
              split.test()));
      double best = result.epochs().get(result.bestEpoch() - 1).validationScore();
      Result validation =
          evaluator.evaluate(new ServedValues("m", live, split.items()), split.validation());
      assertEquals(-validation.measure(task.metric()), best, 1e-9, "what is judged is served");
      return results;
    }
  }

  @Test
  void aTrainingLearnsHowAUserRates() throws Exception {
    Split split = split();
    Path path = folder.resolve("ratings.safetensors");
    ValueObjective objective =
        ValueObjective.rating(RATING, ValueObjective.Loss.SQUARED, split.train());
    List<Result> results = train(split, objective, path);
    assertEquals(List.of("m", "user and item bias", "mean"), names(results));
    double rmse = results.getFirst().measure("rmse");
    // The values of a user are two neighbours, whose deviation from their mean is a half.
    assertTrue(rmse < 0.6, "rmse " + rmse + ", seed " + seed);
    assertTrue(rmse < results.getLast().measure("rmse"), "seed " + seed);
    byte[] once = Files.readAllBytes(path);
    train(split, objective, path);
    assertArrayEquals(once, Files.readAllBytes(path), "seed " + seed);
  }

  @Test
  void aTrainingLearnsWhoClicks() throws Exception {
    Split split = split();
    List<Result> results =
        train(split, ValueObjective.click(CLICK, split.train()), folder.resolve("c.safetensors"));
    assertEquals(List.of("m", "item rate", "mean"), names(results));
    assertTrue(results.getFirst().measure("auc") > 0.95, "seed " + seed);
    assertTrue(results.getFirst().measure("logLoss") < results.get(1).measure("logLoss"));
  }

  private static List<String> names(List<Result> results) {
    return results.stream().map(Result::model).toList();
  }

  @Test
  void anAbsoluteLossLearnsTheMedian() throws Exception {
    Split split = split();
    ValueObjective objective =
        ValueObjective.rating(RATING, ValueObjective.Loss.ABSOLUTE, split.train());
    double mae = train(split, objective, folder.resolve("a.safetensors")).getFirst().measure("mae");
    assertTrue(mae < 0.65, "mae " + mae + ", seed " + seed);
  }

  @Test
  void valuesThatCannotBeLearntAreRefusedInOneSentence() throws Exception {
    Split split = split();
    EvaluationCases none = EvaluationCases.everyPrefix(Sequences.of(3, new int[] {1, 2}), false);
    refused("expected 0 or 1, or a threshold", ValueTask.click(Double.NaN), split.train());
    refused("clicks: found only 1 in the training part", ValueTask.click(-9), split.train());
    refused("clicks: found only 0 in the training part", ValueTask.click(9), split.train());
    refused("ratings: found none", RATING, none.sequences());
    RATING.require(split.train(), split.validation(), split.test(), none);
    assertThrows(IllegalArgumentException.class, () -> ValueTask.rating(5, 1));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Trainer(
                network(split, NextItemNetwork.Cell.GRU, Link.NONE, 4),
                options(),
                ValueObjective.click(CLICK, split.train())));
    for (ValueTask task : List.of(RATING, CLICK, ValueTask.click(Double.NaN))) {
      assertEquals(task, ValueTask.fromMap(task.toMap()));
    }
  }

  private static void refused(String part, ValueTask task, Sequences train) {
    String message =
        String.valueOf(
            assertThrows(UnusableLogException.class, () -> task.require(train)).getMessage());
    assertTrue(message.contains(part), message);
  }
}
