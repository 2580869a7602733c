package org.staccato.network;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.ScalarKernels;
import org.staccato.memory.LittleEndian;
import org.staccato.model.ModelSpecification;
import org.staccato.model.ModelSpecification.Prediction;
import org.staccato.model.ModelSpecification.Ranking;

/**
 * A network over a weight file: the specification, the stack, and either the output layer, the item
 * keys and the popularity prior of a ranking, or the head of a prediction, all checked against each
 * other. Immutable and thread-safe; valid while the file is open.
 */
public final class Network {

  static final String POPULARITY = "items.popularity";

  private final ModelSpecification specification;
  private final RecurrentStack stack;
  private final OutputLayer output;
  private final @Nullable ItemKeys items;
  private final MemorySegment popularity;
  private final @Nullable PredictionHead head;

  private Network(WeightFile file, ModelSpecification specification, Kernels kernels, Pace pace)
      throws ModelRejectedException {
    this.specification = specification;
    this.stack = RecurrentStack.open(file, specification, kernels);
    switch (specification.task()) {
      case Ranking ranking -> {
        output = OutputLayer.open(file, ranking.items(), stack, pace);
        items = openKeys(file, ranking, pace);
        long padded = (long) GateRows.groups(ranking.items()) * Kernels.LANES;
        var tensor = file.require(POPULARITY, DataType.F32, padded);
        popularity = file.data().asSlice(tensor.offset(), tensor.byteSize());
        head = null;
      }
      case Prediction prediction -> {
        output = OutputLayer.open(file, prediction.outputs(), stack, pace);
        items = null;
        popularity = MemorySegment.NULL;
        head = new PredictionHead(output, prediction);
      }
    }
  }

  private Network(Network other, Kernels kernels) {
    specification = other.specification;
    stack = other.stack.on(kernels);
    output = other.output.on(kernels);
    items = other.items;
    popularity = other.popularity;
    head =
        specification.task() instanceof Prediction prediction
            ? new PredictionHead(output, prediction)
            : null;
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

  /**
   * Finds the network of a weight file as {@link #open(WeightFile)} does, on the scalar backend.
   *
   * @param file an open weight file, owned by the caller
   * @return the network
   * @throws ModelRejectedException if the file does not hold a network that computes as it should
   */
  public static Network openScalar(WeightFile file) throws ModelRejectedException {
    return open(file, new ScalarKernels());
  }

  static Network open(WeightFile file, Kernels kernels) throws ModelRejectedException {
    Network network = openUnchecked(file, kernels, Pace.full());
    network.check(file, new GoldenScratch(), Long.MAX_VALUE, Pace.full());
    return network;
  }

  /**
   * Finds the network of a weight file, on the configured backend, and leaves the golden samples to
   * {@link #check}.
   *
   * @param file an open weight file, owned by the caller
   * @param pace what to call between slices of work
   * @return the network
   * @throws ModelRejectedException if the specification is malformed, or a tensor does not fit it
   */
  public static Network openUnchecked(WeightFile file, Pace pace) throws ModelRejectedException {
    return openUnchecked(file, ConfiguredKernels.get(), pace);
  }

  /**
   * Finds the network of a weight file as {@link #openUnchecked(WeightFile, Pace)} does, on the
   * scalar backend.
   *
   * @param file an open weight file, owned by the caller
   * @param pace what to call between slices of work
   * @return the network
   * @throws ModelRejectedException if the specification is malformed, or a tensor does not fit it
   */
  public static Network openUncheckedScalar(WeightFile file, Pace pace)
      throws ModelRejectedException {
    return openUnchecked(file, new ScalarKernels(), pace);
  }

  static Network openUnchecked(WeightFile file, Kernels kernels, Pace pace)
      throws ModelRejectedException {
    return new Network(file, readSpecification(file), kernels, pace);
  }

  /**
   * {@return the same network over the same file on the configured backend, whose tensors and keys
   * are not checked once more}
   */
  public Network onConfiguredBackend() {
    return new Network(this, ConfiguredKernels.get());
  }

  /**
   * Checks that the network reproduces the golden samples of its file, one at least, and as many as
   * there is time for.
   *
   * @param file the weight file of the network
   * @param memory the memory to run the samples in
   * @param deadline the {@link System#nanoTime} after which no further sample is begun, or {@link
   *     Long#MAX_VALUE} for all samples
   * @param pace what to call between samples
   * @throws ModelRejectedException if a sample is malformed or not reproduced
   */
  public void check(WeightFile file, GoldenScratch memory, long deadline, Pace pace)
      throws ModelRejectedException {
    GoldenSamples.check(file, this, memory, deadline, pace);
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
    } catch (IllegalArgumentException e) {
      throw new ModelRejectedException(file.path(), Reason.SPECIFICATION, field + e.getMessage());
    }
  }

  private static ItemKeys openKeys(WeightFile file, Ranking ranking, Pace pace)
      throws ModelRejectedException {
    ItemKeys items = ItemKeys.open(file, ranking.items(), pace);
    if (items.kind() != ranking.keyKind()) {
      throw new ModelRejectedException(
          file.path(),
          Reason.ITEM_KEYS,
          "item keys: found " + items.kind() + ", expected " + ranking.keyKind());
    }
    return items;
  }

  /** {@return what the network is} */
  public ModelSpecification specification() {
    return specification;
  }

  /** {@return the layers that advance a state} */
  public RecurrentStack stack() {
    return stack;
  }

  /** {@return the linear layer on top, which scores items or is the sums of a prediction} */
  public OutputLayer output() {
    return output;
  }

  /**
   * Returns the items' external keys.
   *
   * @return the keys
   * @throws IllegalStateException if the network does not rank items
   */
  public ItemKeys items() {
    if (items == null) {
      specification.ranking();
      throw new AssertionError("a ranking has items");
    }
    return items;
  }

  /**
   * Returns the head of a network that predicts.
   *
   * @return the head
   * @throws IllegalStateException if the network ranks items
   */
  public PredictionHead head() {
    if (head == null) {
      specification.prediction();
      throw new AssertionError("a prediction has a head");
    }
    return head;
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
    return popularity.get(LittleEndian.FLOAT, (long) item * Float.BYTES);
  }
}
