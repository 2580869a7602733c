package org.staccato.trainer.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.live.OpenOptions;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.testkit.ModelFiles;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.learn.NextItemNetwork.Block;
import org.staccato.trainer.learn.NextItemNetwork.Cell;
import org.staccato.trainer.sequence.Sequences;

/** What a file serves is what the trainer learnt: the same loss of a sequence by both. */
class ServedLossTest {
  private static final int ITEMS = 40;
  private static final int EVENTS = 60;

  private final long seed = RandomSeed.fresh();
  private final Random random = new Random(seed);

  @TempDir Path folder;

  static Stream<ModelSpecification> networks() {
    ItemInput input = new ItemInput(ITEMS, 19, ItemKeys.Kind.LONG);
    return Stream.of(
        NextItemNetwork.of(input, List.of(19), true),
        NextItemNetwork.of(
            input, List.of(19, 7), false, new Block(Cell.GRU, false, false, 0, 0, 0)),
        NextItemNetwork.of(input, List.of(33), false, new Block(Cell.LSTM, true, false, 0, 1, 0)),
        NextItemNetwork.of(input, List.of(19), true, new Block(Cell.LSTM, false, true, 0, 0, 0)),
        NextItemNetwork.of(input, List.of(19), true, new Block(Cell.LSTM, true, true, 0, 4, 0)),
        NextItemNetwork.of(input, List.of(19, 19), true, new Block(Cell.GRU, true, true, 3, 2, 5)),
        NextItemNetwork.of(input, List.of(33), false, new Block(Cell.LSTM, false, false, 2, 0, 0)),
        NextItemNetwork.of(
            input, List.of(19, 19, 19), true, new Block(Cell.GRU, true, true, 0, 2, 0)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void theServedLossIsTheTrainers(ModelSpecification specification) throws IOException {
    ParameterArray parameters = new ParameterArray(specification, 2);
    LearntWeights weights = new LearntWeights(parameters, seed);
    int[] sequence = random.ints(EVENTS + 1, 0, ITEMS).toArray();
    double served = served(weights, sequence);
    // Both round each of the sums of a step to some 2⁻²¹ of scores around 1.
    double bound = EVENTS * 0x1p-17;
    assertEquals(learnt(parameters, weights, sequence), served, bound, "seed " + seed);
  }

  private static double learnt(ParameterArray parameters, LearntWeights weights, int[] sequence) {
    TrainingOptions options =
        TrainingOptions.forLongSequences().withWindow(7).withDropout(Dropout.NONE);
    Shard shard = new Shard(parameters, options, FullLoss.over(ITEMS)::newPass, 8);
    EventStreams streams =
        new EventStreams(Sequences.of(ITEMS, sequence), new int[] {0}, 1, Long.MAX_VALUE);
    double loss = 0;
    while (streams.next(new Window[] {shard.window}) > 0) {
      shard.run(weights, 1, 0);
      loss += shard.loss;
    }
    return loss;
  }

  private double served(LearntWeights weights, int[] sequence) throws IOException {
    Path path = ModelFiles.write(folder.resolve("model.safetensors"), weights.export());
    double loss = 0;
    try (LiveModel live = LiveModel.open(path, OpenOptions.MAP.withCold(true))) {
      Scorer scorer = live.newScorer();
      UserState user = scorer.newState();
      float[] scores = new float[ITEMS];
      for (int event = 0; event < EVENTS; event++) {
        scorer.step(user, sequence[event]);
        scorer.scores(user, scores);
        double sum = 0;
        for (float score : scores) {
          sum += Math.exp(score);
        }
        loss += Math.log(sum) - scores[sequence[event + 1]];
      }
    }
    return loss;
  }
}
