package org.staccato.export;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeySource;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.format.WeightFileWriter;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.memory.LittleEndian;
import org.staccato.model.FeatureWeights;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Ranking;
import org.staccato.model.Weights;
import org.staccato.network.ItemRows;
import org.staccato.network.Network;
import org.staccato.network.PanelTensors;
import org.staccato.network.RowOrder;

/**
 * Adds items to a weight file without a training. The row of a new item is made of its features; it
 * can then be recommended and stepped on like any other. The items before keep their indices, and
 * their scores bit for bit; the golden samples are those of the file and are checked.
 *
 * <p>Matrices of the layers may be quantised: the rows of items never are, and output rows are
 * rounded like those before them. The popularity prior of a new item is 0, as nobody has met it.
 *
 * <p>Confined to one thread. The file is open until {@link #close}.
 */
public final class ItemAddition implements AutoCloseable {

  /**
   * A new item.
   *
   * @param key its external key; a decimal number where the model's keys are 64-bit integers
   * @param features its features, by the vocabulary of the model, at least one
   * @param weights the weight of each
   */
  public record Item(String key, int[] features, float[] weights) {}

  private final WeightFile file;
  private final Network network;
  private final ModelSpecification specification;
  private final FeatureWeights features;

  private ItemAddition(WeightFile file) throws ModelRejectedException {
    this.file = file;
    network = Network.open(file);
    specification = network.specification();
    if (specification.heads().size() > 1) {
      throw new ModelRejectedException(
          file.path(),
          Reason.SPECIFICATION,
          "heads: found "
              + specification.heads().stream().map(Head::name).toList()
              + ", expected a ranking alone: what else the model has cannot take new items");
    }
    features = FeatureTensors.read(file, specification.itemInput().width());
  }

  /**
   * Opens a weight file and checks it as a load does.
   *
   * @param model the weight file
   * @return the open file, owned by the caller
   * @throws ModelRejectedException if it is not a valid weight file, has no features of items, or
   *     more than a ranking
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read
   * @throws org.staccato.model.WrongTaskException if the network takes no items
   */
  public static ItemAddition open(Path model) throws IOException {
    WeightFile file = WeightFile.open(model);
    boolean valid = false;
    try {
      ItemAddition addition = new ItemAddition(file);
      valid = true;
      return addition;
    } finally {
      if (!valid) {
        file.close();
      }
    }
  }

  /** {@return what the features mean, the text that the trainer wrote} */
  public String vocabulary() {
    return features.vocabulary();
  }

  /** {@return the number of features} */
  public int features() {
    return features.count();
  }

  /** {@return the keys of the items of the file} */
  public ItemKeys keys() {
    return network.itemKeys();
  }

  /**
   * Writes the file with more items.
   *
   * @param target the weight file; replaced if it exists, even if it is the source; its folder must
   *     exist
   * @param items the new items, at least one
   * @return the digest of the new file
   * @throws IllegalArgumentException if a key is one of the model or given twice, is not of the
   *     model's kind, or an item has no features or one outside the vocabulary
   * @throws IOException if the file cannot be written; an older file is then unchanged
   */
  public String write(Path target, List<Item> items) throws IOException {
    ItemKeySource keys = keysWith(items);
    for (Item item : items) {
      requireFeatures(item);
    }
    ItemInput input = specification.itemInput();
    int all = Math.addExact(input.items(), items.size());
    Ranking ranking = specification.ranking();
    ModelSpecification longer =
        new ModelSpecification(
            new ItemInput(all, input.width(), input.keys(), input.attributes()),
            specification.layers(),
            List.of(new Ranking(ranking.name(), ranking.inputs(), all, true, ranking.link())));
    FloatMatrix rows = compose(items, features.rows());
    FloatMatrix biases = compose(items, features.biases());
    WeightFileWriter writer = new WeightFileWriter();
    file.metadata()
        .forEach(
            (key, value) -> {
              if (!key.equals(WeightFile.VERSION_KEY) && !key.equals(WeightFile.DIGEST_KEY)) {
                writer.metadata(
                    key, key.equals(ModelSpecification.METADATA_KEY) ? longer.toJson() : value);
              }
            });
    addRows(writer, longer, rows);
    addOutput(writer, longer.ranking(), rows, biases);
    addPopularity(writer, all);
    keys.addTo(writer);
    Set<String> replaced = replacedTensors(ranking);
    for (Tensor tensor : file.tensors()) {
      if (!replaced.contains(tensor.name()) && !ItemKeys.TENSORS.contains(tensor.name())) {
        writer.tensor(
            tensor.name(),
            tensor.type(),
            bytes(tensor),
            tensor.shape().stream().mapToLong(Long::longValue).toArray());
      }
    }
    return writer.publish(target, ModelWriter::check);
  }

  private ItemKeySource keysWith(List<Item> items) {
    if (items.isEmpty()) {
      throw new IllegalArgumentException("new items: found none, expected at least one");
    }
    ItemKeys keys = network.itemKeys();
    boolean decimal = keys.kind() == ItemKeys.Kind.LONG;
    List<String> texts = new ArrayList<>();
    for (int item = 0; item < keys.size(); item++) {
      texts.add(keys.text(item));
    }
    for (Item item : items) {
      if (decimal && !isDecimal(item.key)) {
        throw new IllegalArgumentException(
            "key '" + item.key + "': found a text, expected a whole number like the model's keys");
      }
      if (keys.indexOf(item.key) != ItemKeys.UNKNOWN) {
        throw new IllegalArgumentException(
            "key '" + item.key + "': found an item of the model, expected new ones only");
      }
      texts.add(item.key);
    }
    return decimal
        ? ItemKeySource.of(texts.stream().mapToLong(Long::parseLong).toArray())
        : ItemKeySource.of(texts);
  }

  private static boolean isDecimal(String key) {
    try {
      return Long.toString(Long.parseLong(key)).equals(key);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void requireFeatures(Item item) {
    if (item.features.length == 0 || item.features.length != item.weights.length) {
      throw new IllegalArgumentException(
          "key '" + item.key + "': found no known feature, expected at least one");
    }
    for (int feature : item.features) {
      if (feature < 0 || feature >= features.count()) {
        throw new IllegalArgumentException(
            "key '%s': found the feature %d, expected 0 to %d"
                .formatted(item.key, feature, features.count() - 1));
      }
    }
  }

  /** Sums the rows of the features of each item. */
  private static FloatMatrix compose(List<Item> items, FloatMatrix of) {
    float[] values = new float[Math.multiplyExact(items.size(), of.columns())];
    for (int i = 0; i < values.length; i++) {
      Item item = items.get(i / of.columns());
      double sum = 0;
      for (int k = 0; k < item.features.length; k++) {
        sum += (double) item.weights[k] * of.at(item.features[k], i % of.columns());
      }
      values[i] = (float) sum;
    }
    return FloatMatrix.of(values, of.columns());
  }

  private void addRows(WeightFileWriter writer, ModelSpecification longer, FloatMatrix rows)
      throws ModelRejectedException {
    Map<String, FloatMatrix> parameters = FeatureTensors.readReplaced(file, specification);
    parameters.put(ModelSpecification.embeddingName(), rows);
    Folding.add(
        writer, Weights.part(longer, parameters), bytes(file.find(ItemRows.NAME).orElseThrow()));
  }

  private void addOutput(
      WeightFileWriter writer, Ranking ranking, FloatMatrix rows, FloatMatrix biases)
      throws ModelRejectedException {
    int before = specification.ranking().items();
    String name = ModelSpecification.headName(ranking.name(), Head.WEIGHTS);
    Tensor tensor = file.find(name).orElseThrow();
    PanelPacking.Matrix stored = PanelPacking.read(file, PanelTensors.find(file, tensor));
    MatrixTypes types =
        new MatrixTypes(
            DataType.F32,
            DataType.F32,
            tensor.type(),
            file.find(ParameterPacking.coarseName(name)).isPresent());
    new ParameterPacking(writer, types)
        .addHeadWeights(
            name,
            ranking.items(),
            ranking.inputs(),
            (item, input) -> item < before ? stored.at(item, input) : rows.at(item - before, input),
            types.coarse());
    String bias = ModelSpecification.headName(ranking.name(), Head.BIAS);
    addFloats(
        writer,
        bias,
        new long[] {Panels.blocksOf(ranking.items()), Panels.ROWS},
        item ->
            item < before
                ? floatAt(bias, item)
                : item < ranking.items() ? biases.at(item - before, 0) : 0);
  }

  private void addPopularity(WeightFileWriter writer, int all) {
    int before = specification.itemInput().items();
    addFloats(
        writer,
        Network.POPULARITY,
        new long[] {(long) RowOrder.groups(all) * Kernels.GROUP},
        item -> item < before ? floatAt(Network.POPULARITY, item) : 0);
  }

  /** Returns a float of a padded vector. */
  private interface Floats {
    float at(int item);
  }

  private static void addFloats(WeightFileWriter writer, String name, long[] shape, Floats values) {
    long count = 1;
    for (long dimension : shape) {
      count *= dimension;
    }
    long padded = count;
    writer.tensor(
        name,
        DataType.F32,
        output -> {
          for (int i = 0; i < padded; i++) {
            output.putFloat(values.at(i));
          }
        },
        shape);
  }

  private float floatAt(String name, int index) {
    long offset = file.find(name).orElseThrow().offset();
    return file.data().get(LittleEndian.FLOAT, offset + (long) index * Float.BYTES);
  }

  private static Set<String> replacedTensors(Ranking ranking) {
    String weights = ModelSpecification.headName(ranking.name(), Head.WEIGHTS);
    String coarse = ParameterPacking.coarseName(weights);
    return Set.of(
        ItemRows.NAME,
        weights,
        coarse,
        PanelTensors.scalesName(coarse),
        ModelSpecification.headName(ranking.name(), Head.BIAS),
        Network.POPULARITY);
  }

  private MemorySegment bytes(Tensor tensor) {
    return file.data().asSlice(tensor.offset(), tensor.byteSize());
  }

  @Override
  public void close() {
    file.close();
  }
}
