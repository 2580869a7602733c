package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeys;
import org.staccato.format.JsonException;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;

/**
 * A next-item network over the mapping of a weight file: the specification, the stack, the output
 * layer, the item keys and the popularity prior, all checked against each other. Immutable and
 * thread-safe; valid while the file is open.
 */
public final class Network {

  static final String POPULARITY = "items.popularity";

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final ModelSpecification specification;
  private final LstmStack stack;
  private final OutputLayer output;
  private final ItemKeys items;
  private final MemorySegment popularity;

  private Network(
      ModelSpecification specification,
      LstmStack stack,
      OutputLayer output,
      ItemKeys items,
      MemorySegment popularity) {
    this.specification = specification;
    this.stack = stack;
    this.output = output;
    this.items = items;
    this.popularity = popularity;
  }

  /**
   * Finds the network of a weight file, on the configured backend, and checks that it reproduces
   * the golden samples that the file brings along.
   *
   * @param file an open weight file, owned by the caller
   * @return the network
   * @throws ModelRejectedException if the specification is malformed, a tensor does not fit it, or
   *     the golden samples are not reproduced
   */
  public static Network open(WeightFile file) throws ModelRejectedException {
    return open(file, ConfiguredKernels.get());
  }

  static Network open(WeightFile file, Kernels kernels) throws ModelRejectedException {
    ModelSpecification specification = readSpecification(file);
    LstmStack stack = LstmStack.open(file, specification, kernels);
    OutputLayer output = OutputLayer.open(file, specification, stack, kernels);
    ItemKeys items = ItemKeys.open(file, specification.items());
    if (items.kind() != specification.keyKind()) {
      throw new ModelRejectedException(
          file.path(),
          Reason.ITEM_KEYS,
          "item keys: found " + items.kind() + ", expected " + specification.keyKind());
    }
    long padded = (long) LstmLayer.groups(specification.items()) * Kernels.LANES;
    var tensor = file.require(POPULARITY, DataType.F32, padded);
    MemorySegment popularity = file.data().asSlice(tensor.offset(), tensor.byteSize());
    Network network = new Network(specification, stack, output, items, popularity);
    GoldenSamples.check(file, network);
    return network;
  }

  private static ModelSpecification readSpecification(WeightFile file)
      throws ModelRejectedException {
    String text = file.metadata().get(ModelSpecification.METADATA_KEY);
    String field = ModelSpecification.METADATA_KEY + ": ";
    if (text == null) {
      throw new ModelRejectedException(
          file.path(), Reason.SPECIFICATION, field + "found none, expected a JSON object");
    }
    try {
      return ModelSpecification.fromJson(text);
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelRejectedException(file.path(), Reason.SPECIFICATION, field + e.getMessage());
    }
  }

  /** {@return what the network is} */
  public ModelSpecification specification() {
    return specification;
  }

  /** {@return the layers that advance a state} */
  public LstmStack stack() {
    return stack;
  }

  /** {@return the layer that scores items} */
  public OutputLayer output() {
    return output;
  }

  /** {@return the items' external keys} */
  public ItemKeys items() {
    return items;
  }

  /** {@return the name of the backend, such as {@code vector-512} or {@code scalar}} */
  public String backend() {
    return stack.backend();
  }

  /**
   * Reads the popularity prior of an item, as the trainer wrote it.
   *
   * @param item the index of an item, which the caller has checked
   * @return its popularity
   */
  public float popularity(int item) {
    return popularity.get(FLOAT, (long) item * Float.BYTES);
  }
}
