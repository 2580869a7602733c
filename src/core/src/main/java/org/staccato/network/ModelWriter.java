package org.staccato.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeySource;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;
import org.staccato.model.ModelSpecification;
import org.staccato.model.ModelSpecification.Prediction;
import org.staccato.model.ModelSpecification.Ranking;

/**
 * Writes a trained network as a weight file: packs the weights for the kernels, folds the inputs of
 * every item, and computes the golden samples in double precision.
 */
public final class ModelWriter {

  /** The metadata key of the training's provenance, a free JSON text. */
  public static final String PROVENANCE_KEY = "staccato.provenance";

  private ModelWriter() {}

  /**
   * Writes a weight file, opens it under its temporary name, checks that the core reproduces the
   * golden samples, and only then puts it in place; on failure an older file stays as it was.
   *
   * @param path the weight file; replaced if it exists; its folder must exist
   * @param weights the network
   * @param keys the external keys of the items
   * @param popularity one finite number per item: the prior for users without events
   * @param goldenSequences 1 to 256 sequences of 1 or more item indices; the last 64 events of each
   *     are kept
   * @param provenanceJson where the weights come from, a JSON text
   * @return the digest of the file
   * @throws IOException if the file cannot be written, or does not reproduce the golden samples
   * @throws IllegalArgumentException if the arguments do not fit each other or a weight is not
   *     finite
   */
  public static String write(
      Path path,
      NetworkWeights weights,
      ItemKeySource keys,
      float[] popularity,
      int[][] goldenSequences,
      String provenanceJson)
      throws IOException {
    int items = weights.items();
    requireCount("item keys", keys.size(), items);
    requireCount("popularity", popularity.length, items);
    checkSequences(goldenSequences, items);
    ModelSpecification specification =
        new ModelSpecification(
            weights.layers().getFirst().cell(),
            weights.layers().stream().map(LayerWeights::hiddenSize).toList(),
            new Ranking(items, weights.embeddingSize(), weights.tied(), keys.kind()));
    WeightFileWriter writer = start(specification, provenanceJson);
    LayerWriter.addFolded(
        writer, weights.layers().getFirst(), weights.embedding(), WeightTypes.F32);
    for (int i = 1; i < weights.layers().size(); i++) {
      LayerWriter.add(writer, i, weights.layers().get(i), WeightTypes.F32);
    }
    OutputLayer.add(writer, weights.output(), weights.outputBias(), WeightTypes.F32);
    int padded = GateRows.groups(items) * Kernels.LANES;
    writer.tensor(
        Network.POPULARITY,
        DataType.F32,
        output -> {
          for (int item = 0; item < padded; item++) {
            output.putFloat(item < items ? popularity[item] : 0);
          }
        },
        padded);
    keys.addTo(writer);
    RankingSamples.add(writer, weights, goldenSequences);
    return writer.publish(path, ModelWriter::check);
  }

  /**
   * Writes a weight file of a network that predicts from feature vectors, in the same way.
   *
   * @param path the weight file; replaced if it exists; its folder must exist
   * @param weights the network
   * @param goldenSequences 1 to 256 sequences of 1 to 64 feature vectors, row-major, all of one
   *     length
   * @param provenanceJson where the weights come from, a JSON text
   * @return the digest of the file
   * @throws IOException if the file cannot be written, or does not reproduce the golden samples
   * @throws IllegalArgumentException if the arguments do not fit each other or a number is not
   *     finite
   */
  public static String write(
      Path path, PredictionWeights weights, float[][] goldenSequences, String provenanceJson)
      throws IOException {
    int features = weights.layers().getFirst().inputSize();
    checkSequences(goldenSequences, features);
    ModelSpecification specification =
        new ModelSpecification(
            weights.layers().getFirst().cell(),
            weights.layers().stream().map(LayerWeights::hiddenSize).toList(),
            new Prediction(features, weights.outputBias().length, weights.activation()));
    WeightFileWriter writer = start(specification, provenanceJson);
    for (int i = 0; i < weights.layers().size(); i++) {
      LayerWriter.add(writer, i, weights.layers().get(i), WeightTypes.F32);
    }
    OutputLayer.add(writer, weights.outputMatrix(), weights.outputBias(), WeightTypes.F32);
    PredictionSamples.add(writer, weights, goldenSequences);
    return writer.publish(path, ModelWriter::check);
  }

  private static WeightFileWriter start(ModelSpecification specification, String provenanceJson) {
    return new WeightFileWriter()
        .metadata(ModelSpecification.METADATA_KEY, specification.toJson())
        .metadata(PROVENANCE_KEY, provenanceJson);
  }

  /** Checks that a file holds a network that computes as it should. */
  static void check(Path unpublished) throws IOException {
    try (WeightFile file = WeightFile.open(unpublished)) {
      Network.open(file);
    }
  }

  private static void requireCount(String field, int found, int expected) {
    if (found != expected) {
      throw new IllegalArgumentException(
          field + ": found " + found + ", expected one per item, " + expected);
    }
  }

  private static void checkCount(int sequences) {
    if (sequences < 1 || sequences > GoldenSamples.COUNT_LIMIT) {
      throw new IllegalArgumentException(
          "golden sequences: found " + sequences + ", expected 1 to " + GoldenSamples.COUNT_LIMIT);
    }
  }

  private static void checkSequences(float[][] sequences, int features) {
    checkCount(sequences.length);
    int length = sequences[0].length;
    if (length == 0 || length % features != 0 || length / features > GoldenSamples.LENGTH_LIMIT) {
      throw new IllegalArgumentException(
          "golden sequence: found "
              + length
              + " numbers, expected 1 to "
              + GoldenSamples.LENGTH_LIMIT
              + " vectors of "
              + features);
    }
    for (float[] sequence : sequences) {
      if (sequence.length != length) {
        throw new IllegalArgumentException(
            "golden sequence: found " + sequence.length + " numbers, expected " + length);
      }
    }
  }

  private static void checkSequences(int[][] sequences, int items) {
    checkCount(sequences.length);
    for (int[] sequence : sequences) {
      if (sequence.length == 0) {
        throw new IllegalArgumentException("golden sequence: found no item, expected at least 1");
      }
      for (int item : sequence) {
        Objects.checkIndex(item, items);
      }
    }
  }
}
