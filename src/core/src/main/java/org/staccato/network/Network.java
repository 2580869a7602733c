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
import org.staccato.model.ItemInput;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Prediction;
import org.staccato.model.Ranking;
import org.staccato.model.WrongTaskException;

/**
 * A network over a weight file: the specification, the layers, the heads, and for items their keys
 * and their popularity prior, all checked against each other. Immutable and thread-safe; valid
 * while the file is open.
 */
public final class Network {

  /** The tensor of the popularity prior. */
  public static final String POPULARITY = "items.popularity";

  private final ModelSpecification specification;
  private final LayerStack stack;
  private final @Nullable LinearHead ranking;
  private final @Nullable PredictionHead prediction;
  private final @Nullable NeighbourIndex memory;
  private final @Nullable ItemKeys items;
  private final MemorySegment popularity;

  private Network(WeightFile file, ModelSpecification specification, Kernels kernels, Pace pace)
      throws ModelRejectedException {
    this.specification = specification;
    stack = LayerStack.open(file, specification, kernels);
    Ranking ranks = specification.findRanking().orElse(null);
    ranking = ranks == null ? null : LinearHead.open(file, ranks, stack, pace);
    Prediction predicts = specification.findPrediction().orElse(null);
    prediction =
        predicts == null
            ? null
            : new PredictionHead(LinearHead.open(file, predicts, stack, pace), predicts);
    NeighbourMemory remembers = specification.findMemory().orElse(null);
    memory = remembers == null ? null : NeighbourIndex.open(file, remembers, stack, pace);
    if (specification.input() instanceof ItemInput input) {
      items = openKeys(file, input, pace);
      long padded = (long) RowOrder.groups(input.items()) * Kernels.GROUP;
      var tensor = file.require(POPULARITY, DataType.F32, padded);
      popularity = file.data().asSlice(tensor.offset(), tensor.byteSize());
    } else {
      items = null;
      popularity = MemorySegment.NULL;
    }
  }

  private Network(Network other, Kernels kernels) {
    specification = other.specification;
    stack = other.stack.on(kernels);
    ranking = other.ranking == null ? null : other.ranking.on(kernels);
    prediction = other.prediction == null ? null : other.prediction.on(kernels);
    memory = other.memory;
    items = other.items;
    popularity = other.popularity;
  }

  /**
   * Finds the network of a weight file, on the configured backend, and checks that it reproduces
   * the golden samples of the file.
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
   * @throws ModelRejectedException as {@link #open(WeightFile)}
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
   * Finds the network of a weight file, on the configured backend, without running the golden
   * samples, see {@link #check}.
   *
   * @param file an open weight file, owned by the caller
   * @param pace called between slices of work, pauses to keep to a share of a core
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
   * @param pace called between slices of work, pauses to keep to a share of a core
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
   * Checks that the network reproduces the golden samples of its file, at least one, and as many as
   * the deadline permits.
   *
   * @param file the weight file of the network
   * @param memory the memory to run the samples in
   * @param deadline the {@link System#nanoTime} after which no further sample is begun, or {@link
   *     Long#MAX_VALUE} for all samples
   * @param pace called between samples, pauses to keep to a share of a core
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

  private static ItemKeys openKeys(WeightFile file, ItemInput input, Pace pace)
      throws ModelRejectedException {
    ItemKeys items = ItemKeys.open(file, input.items(), pace);
    if (items.kind() != input.keys()) {
      throw new ModelRejectedException(
          file.path(),
          Reason.ITEM_KEYS,
          "item keys: found " + items.kind() + ", expected " + input.keys());
    }
    return items;
  }

  /** {@return the specification of the network} */
  public ModelSpecification specification() {
    return specification;
  }

  /** {@return the layers that advance a state} */
  public LayerStack stack() {
    return stack;
  }

  /**
   * Returns the head that scores items.
   *
   * @return the head
   * @throws WrongTaskException if the network does not rank
   */
  public LinearHead ranking() {
    LinearHead head = ranking;
    if (head == null) {
      specification.ranking();
      throw new AssertionError("a ranking has a head");
    }
    return head;
  }

  /**
   * Returns the head that predicts.
   *
   * @return the head
   * @throws WrongTaskException if the network does not predict
   */
  public PredictionHead prediction() {
    PredictionHead head = prediction;
    if (head == null) {
      specification.prediction();
      throw new AssertionError("a prediction has a head");
    }
    return head;
  }

  /** {@return the memory whose votes are blended with the ranking, or null if there is none} */
  @SuppressWarnings("exports") // The annotations are for the compiler only.
  public @Nullable NeighbourIndex memory() {
    return memory;
  }

  /**
   * Returns the items' external keys.
   *
   * @return the keys
   * @throws WrongTaskException if the network takes features
   */
  public ItemKeys itemKeys() {
    ItemKeys keys = items;
    if (keys == null) {
      specification.itemInput();
      throw new AssertionError("a network that takes items has keys");
    }
    return keys;
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
