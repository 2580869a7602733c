package org.staccato.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeySource;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.model.EventAttribute;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Weights;
import org.staccato.network.Network;
import org.staccato.network.RowOrder;

/**
 * Writes a trained network as a weight file: packs the weights for the kernels, folds the inputs of
 * every item, and computes the golden samples in double precision.
 */
public final class ModelWriter {

  /** The metadata key of the training's provenance, a free JSON text. */
  public static final String PROVENANCE_KEY = "staccato.provenance";

  /** The refusal of a specification with a memory. */
  static final String MEMORY =
      "specification: found a memory, expected none: MemoryWriter adds it to a weight file";

  private ModelWriter() {}

  /**
   * Writes a network that takes items, with golden samples of whose events nothing but the item is
   * known, as {@link #write(Path, Weights, ItemKeySource, float[], List, String)} does.
   *
   * @param path the weight file; replaced if it exists; its folder must exist
   * @param weights the network
   * @param keys the external keys of the items
   * @param popularity one finite number per item: the prior for users without events
   * @param goldenSequences 1 to 256 sequences of 1 or more item indices; the last 64 events of each
   *     are kept
   * @param provenanceJson the origin of the weights, a JSON text
   * @return the digest of the file
   * @throws IOException if the file cannot be written, or does not reproduce the golden samples
   * @throws IllegalArgumentException if the arguments do not fit each other or a weight is not
   *     finite
   * @throws org.staccato.model.WrongTaskException if the network takes features
   */
  public static String write(
      Path path,
      Weights weights,
      ItemKeySource keys,
      float[] popularity,
      int[][] goldenSequences,
      String provenanceJson)
      throws IOException {
    List<EventAttribute> attributes = weights.specification().itemInput().attributes();
    List<GoldenSequence> golden =
        Arrays.stream(goldenSequences).map(items -> GoldenSequence.of(items, attributes)).toList();
    return write(path, weights, keys, popularity, golden, provenanceJson);
  }

  /**
   * Writes a network that takes items: writes a weight file, opens it under its temporary name,
   * checks that the core reproduces the golden samples, and only then renames it; on failure an
   * older file is unchanged.
   *
   * @param path the weight file; replaced if it exists; its folder must exist
   * @param weights the network
   * @param keys the external keys of the items
   * @param popularity one finite number per item: the prior for users without events
   * @param goldenSequences 1 to 256 sequences of 1 or more events; the last 64 of each are kept
   * @param provenanceJson the origin of the weights, a JSON text
   * @return the digest of the file
   * @throws IOException if the file cannot be written, or does not reproduce the golden samples
   * @throws IllegalArgumentException if the arguments do not fit each other or a weight is not
   *     finite
   * @throws org.staccato.model.WrongTaskException if the network takes features
   */
  public static String write(
      Path path,
      Weights weights,
      ItemKeySource keys,
      float[] popularity,
      List<GoldenSequence> goldenSequences,
      String provenanceJson)
      throws IOException {
    return itemModel(weights, keys, popularity, goldenSequences, provenanceJson)
        .publish(path, ModelWriter::check);
  }

  /**
   * Writes a network that takes items, in the same way, with what a training needs to go on from
   * the file: the parameters that the rows of items replace. Beside the embeddings, which a tied
   * ranking holds already, they are small.
   *
   * @param path the weight file; replaced if it exists; its folder must exist
   * @param weights the network
   * @param keys the external keys of the items
   * @param popularity one finite number per item: the prior for users without events
   * @param goldenSequences 1 to 256 sequences of 1 or more events; the last 64 of each are kept
   * @param provenanceJson the origin of the weights, a JSON text
   * @return the digest of the file
   * @throws IOException if the file cannot be written, or does not reproduce the golden samples
   * @throws IllegalArgumentException if the arguments do not fit each other or a weight is not
   *     finite
   * @throws org.staccato.model.WrongTaskException if the network takes features
   */
  public static String writeResumable(
      Path path,
      Weights weights,
      ItemKeySource keys,
      float[] popularity,
      List<GoldenSequence> goldenSequences,
      String provenanceJson)
      throws IOException {
    WeightFileWriter writer = itemModel(weights, keys, popularity, goldenSequences, provenanceJson);
    TrainingTensors.add(writer, weights);
    return writer.publish(path, ModelWriter::check);
  }

  private static WeightFileWriter itemModel(
      Weights weights,
      ItemKeySource keys,
      float[] popularity,
      List<GoldenSequence> goldenSequences,
      String provenanceJson) {
    ItemInput input = weights.specification().itemInput();
    requireCount("item keys", keys.size(), input.items());
    requireCount("popularity", popularity.length, input.items());
    if (keys.kind() != input.keys()) {
      throw new IllegalArgumentException(
          "item keys: found " + keys.kind() + ", expected " + input.keys());
    }
    WeightFileWriter writer = start(weights, provenanceJson);
    int padded = RowOrder.groups(input.items()) * Kernels.GROUP;
    writer.tensor(
        Network.POPULARITY,
        DataType.F32,
        output -> {
          for (int item = 0; item < padded; item++) {
            output.putFloat(item < input.items() ? popularity[item] : 0);
          }
        },
        padded);
    keys.addTo(writer);
    GoldenTensors.add(writer, weights, goldenSequences);
    return writer;
  }

  /**
   * Writes a network that takes feature vectors, in the same way.
   *
   * @param path the weight file; replaced if it exists; its folder must exist
   * @param weights the network
   * @param goldenSequences 1 to 256 sequences of 1 to 64 feature vectors, row-major, all of one
   *     length
   * @param provenanceJson the origin of the weights, a JSON text
   * @return the digest of the file
   * @throws IOException if the file cannot be written, or does not reproduce the golden samples
   * @throws IllegalArgumentException if the arguments do not fit each other or a number is not
   *     finite
   * @throws org.staccato.model.WrongTaskException if the network takes items
   */
  public static String write(
      Path path, Weights weights, float[][] goldenSequences, String provenanceJson)
      throws IOException {
    weights.specification().featureInput();
    WeightFileWriter writer = start(weights, provenanceJson);
    GoldenTensors.add(writer, weights, goldenSequences);
    return writer.publish(path, ModelWriter::check);
  }

  /** Starts a file with the specification and all parameters. */
  private static WeightFileWriter start(Weights weights, String provenanceJson) {
    ModelSpecification specification = weights.specification();
    if (specification.findMemory().isPresent()) {
      throw new IllegalArgumentException(MEMORY);
    }
    WeightFileWriter writer =
        new WeightFileWriter()
            .metadata(ModelSpecification.METADATA_KEY, specification.toJson())
            .metadata(PROVENANCE_KEY, provenanceJson);
    Set<String> replaced = Folding.replaced(specification);
    if (!replaced.isEmpty()) {
      Folding.add(writer, weights);
      addEventRows(writer, weights);
    }
    ParameterPacking packing = new ParameterPacking(writer, MatrixTypes.F32);
    for (int number = 0; number < specification.layers().size(); number++) {
      Layer layer = specification.layers().get(number);
      for (Parameter parameter : specification.parametersOfLayer(number)) {
        if (!replaced.contains(parameter.name())) {
          RowOrder order = RowOrder.of(layer, parameter);
          packing.addOfLayer(parameter, weights.get(parameter.name()), order);
        }
      }
    }
    for (Head head : specification.heads()) {
      packing.addHead(head, weights.matrixOf(head), weights.biasOf(head));
    }
    weights.features().ifPresent(features -> FeatureTensors.add(writer, weights, features));
    return writer;
  }

  /** Adds a row for each value of an attribute, in the order of the sums that it is added to. */
  private static void addEventRows(WeightFileWriter writer, Weights weights) {
    RowOrder order = RowOrder.of(weights.specification().lowestRecurrent());
    for (EventAttribute attribute : weights.specification().attributes()) {
      String name = ModelSpecification.attributeName(attribute);
      FloatMatrix columns = weights.get(name);
      writer.tensor(
          name,
          DataType.F32,
          output -> {
            for (int value = 0; value < attribute.values(); value++) {
              for (int row = 0; row < order.blocks() * Panels.ROWS; row++) {
                int source = order.source(row);
                output.putFloat(
                    source == RowOrder.PADDING ? 0 : order.factor(row) * columns.at(source, value));
              }
            }
          },
          attribute.values(),
          order.blocks(),
          Panels.ROWS);
    }
  }

  /** Checks that the network of a file reproduces its golden samples. */
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
}
