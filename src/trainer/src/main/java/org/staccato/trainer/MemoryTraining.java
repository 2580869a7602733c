package org.staccato.trainer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.staccato.LiveModel;
import org.staccato.export.MemoryWriter;
import org.staccato.export.RememberedSequences;
import org.staccato.model.Lstm;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory.Search;
import org.staccato.model.Parameter;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.trainer.evaluate.Evaluator;
import org.staccato.trainer.evaluate.Metric;
import org.staccato.trainer.evaluate.ServedModel;
import org.staccato.trainer.learn.TrainingResult;
import org.staccato.trainer.sequence.ItemCounts;
import org.staccato.trainer.sequence.Sequences;
import org.staccato.trainer.sequence.Split;

/**
 * Gives a trained weight file the training sequences as its memory, with the share of the
 * neighbours that is best on the validation cases, each share judged as it is served. Not
 * thread-safe.
 */
public final class MemoryTraining {

  /** The shares among which the validation chooses: 0.1 to 0.9. */
  public static final List<Float> SHARES = List.of(.1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f, .9f);

  private final Split split;
  private final Search search;
  private final RememberedSequences sequences;

  /**
   * A share and how it did.
   *
   * @param share the share of the neighbours
   * @param score the metric on the validation cases
   */
  public record JudgedShare(float share, double score) {}

  /**
   * Collects the training sequences.
   *
   * @param split the events to remember and to judge by
   * @param search the parameters of the search for neighbours
   * @throws IllegalArgumentException if there are too many events
   */
  public MemoryTraining(Split split, Search search) {
    this.split = split;
    this.search = search;
    RememberedSequences.Builder builder = new RememberedSequences.Builder(split.train().items());
    add(builder, split.train());
    sequences = builder.build();
  }

  /**
   * Adds sequences to those of a memory, as more recent ones.
   *
   * @param sequences the sequences of the memory
   * @param events the sequences to add, the most recent last
   * @throws IllegalArgumentException if there are too many events
   */
  public static void add(RememberedSequences.Builder sequences, Sequences events) {
    for (int sequence = 0; sequence < events.count(); sequence++) {
      for (int at = events.length(sequence) - 1; at >= 0; at--) {
        sequences.add(events.item(sequence, at));
      }
      sequences.endSequence();
    }
  }

  /**
   * Judges every one of {@link #SHARES}.
   *
   * @param file a weight file of the split's catalogue, which stays as it is
   * @param metric the metric on the validation cases
   * @param threads the threads that evaluate
   * @return the shares with their scores, in ascending order of the shares
   * @throws IOException if a file cannot be read or written
   */
  public List<JudgedShare> judge(Path file, Metric metric, int threads) throws IOException {
    List<JudgedShare> judged = new ArrayList<>();
    Path trial = Files.createTempFile("staccato-memory-", ".safetensors");
    try {
      Evaluator evaluator = new Evaluator(new int[] {metric.cutoff()}, threads);
      for (float share : SHARES) {
        MemoryWriter.write(file, trial, sequences, search, share);
        try (LiveModel live = LiveModel.open(trial)) {
          ServedModel served = new ServedModel("share " + share, live, split.items());
          judged.add(
              new JudgedShare(share, metric.of(evaluator.evaluate(served, split.validation()))));
        }
      }
    } finally {
      Files.deleteIfExists(trial);
    }
    return judged;
  }

  /**
   * Finds the best share.
   *
   * @param judged some shares
   * @return the one with the highest score, the first of equals
   */
  public static JudgedShare best(List<JudgedShare> judged) {
    JudgedShare best = judged.getFirst();
    for (JudgedShare each : judged) {
      best = each.score() > best.score() ? each : best;
    }
    return best;
  }

  /**
   * Gives a weight file the memory.
   *
   * @param file a weight file of the split's catalogue, replaced as a whole or not at all
   * @param share the share of the neighbours
   * @throws IOException if it cannot be read or written
   */
  public void addTo(Path file, float share) throws IOException {
    MemoryWriter.write(file, file, sequences, search, share);
  }

  /**
   * Describes the network of a model that is its memory alone: one hidden unit whose weights are
   * all 0, so that the biases of the ranking are its logits.
   *
   * @param split the split
   * @return the network
   */
  public static ModelSpecification networkOfPopularity(Split split) {
    Ranking ranking = new Ranking(Ranking.NEXT, 1, split.items().size(), true);
    return new ModelSpecification(
        TrainingPipeline.input(split, 1), List.of(new Lstm(1, 1)), List.of(ranking));
  }

  /**
   * Counts the weights of {@link #networkOfPopularity}: the bias of an item is the logarithm of its
   * share of the training events, each counted once more than it occurs.
   *
   * @param split the split
   * @return the weights, after no epoch
   */
  public static TrainingResult countPopularity(Split split) {
    ModelSpecification network = networkOfPopularity(split);
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (Parameter parameter : network.parameters()) {
      arrays.put(parameter.name(), new float[Math.toIntExact(parameter.elements())]);
    }
    ItemCounts counts = new ItemCounts(split.train());
    float[] biases = new float[counts.items()];
    double all = counts.events() + (double) counts.items();
    for (int item = 0; item < biases.length; item++) {
      biases[item] = (float) Math.log((counts.of(item) + 1) / all);
    }
    arrays.put(ModelSpecification.headName(Ranking.NEXT, Ranking.BIAS), biases);
    return new TrainingResult(Weights.of(network, arrays), 0, List.of());
  }
}
