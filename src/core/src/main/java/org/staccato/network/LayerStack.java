package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.kernel.ConfiguredKernels;
import org.staccato.kernel.Kernels;
import org.staccato.memory.OffHeap;
import org.staccato.model.FeatureInput;
import org.staccato.model.ItemInput;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.NeighbourMemory;
import org.staccato.model.Parameter;
import org.staccato.model.Residual;

/**
 * The input and the layers of a network over a weight file. Immutable and thread-safe; valid while
 * the file is open, and afterwards all methods that compute throw {@link IllegalStateException}.
 *
 * <p>A state is native memory. Its first {@link #stateSize} bytes are the fields of every layer,
 * each padded to groups of 16 floats; zeros are the start of a sequence. Behind them is room for
 * the sums that {@link #prepare} computes ahead of the next step. A step gives the same bits with
 * and without them. Two threads never use a state or a scratch at the same time.
 */
public final class LayerStack {
  private static final KeptVector NO_VECTOR = new KeptVector(0, 0);

  private final Kernels kernels;
  private final ModelSpecification specification;
  private final List<StateLayout.Field> fields;
  private final LayerStep[] steps;
  private final @Nullable ItemRows items;
  private final @Nullable EventRows events;
  private final long preparedSize;
  private final boolean keepsOutput;

  /** The bytes of the vectors that residual connections keep during a step. */
  private final long keptBytes;

  private LayerStack(
      Kernels kernels,
      ModelSpecification specification,
      List<StateLayout.Field> fields,
      LayerStep[] steps,
      @Nullable ItemRows items,
      @Nullable EventRows events,
      long keptBytes) {
    this.kernels = kernels;
    this.specification = specification;
    this.fields = fields;
    this.steps = steps;
    this.items = items;
    this.events = events;
    this.keptBytes = keptBytes;
    long size = fields.getLast().end();
    for (LayerStep step : steps) {
      size += step.recurrentSumBytes();
    }
    preparedSize = size;
    keepsOutput = StateLayout.keepsOutput(specification);
  }

  /**
   * Finds the layers of a network on the configured backend.
   *
   * @param file an open weight file
   * @param specification the specification of the network
   * @return the layers
   * @throws ModelRejectedException if a tensor is absent or of another type or shape
   */
  public static LayerStack open(WeightFile file, ModelSpecification specification)
      throws ModelRejectedException {
    return open(file, specification, ConfiguredKernels.get());
  }

  static LayerStack open(WeightFile file, ModelSpecification specification, Kernels kernels)
      throws ModelRejectedException {
    List<StateLayout.Field> fields = StateLayout.of(specification);
    List<Layer> layers = specification.layers();
    int first = 0;
    ItemRows items = null;
    EventRows events = EventRows.open(file, specification);
    if (specification.input() instanceof ItemInput input) {
      first = ItemRows.layer(specification);
      items = ItemRows.open(file, input, specification);
    }
    LayerStep[] steps = new LayerStep[layers.size() - first];
    long sums = fields.getLast().end();
    long kept = 0;
    for (int number = first; number < layers.size(); number++) {
      Layer layer = layers.get(number);
      boolean folded = items != null && number == first;
      KeptVector vector = NO_VECTOR;
      if (layer instanceof Residual residual) {
        vector = KeptVector.of(residual, kept);
        kept = vector.end();
        int source = number - residual.span();
        int start = Math.max(source, first) - first;
        steps[start] =
            items != null && source <= first
                ? ResidualStart.ofItem(steps[start], vector, items.position(source))
                : ResidualStart.of(steps[start], vector);
      }
      steps[number - first] =
          LayerStep.open(layer, new LayerPlace(file, number, layer, folded, fields, sums, vector));
      if (folded && events != null) {
        steps[0] = new EventStart(steps[0], events);
      }
      sums += steps[number - first].recurrentSumBytes();
    }
    if (items != null && specification.findMemory().isPresent()) {
      StateLayout.Field history =
          StateLayout.find(fields, StateLayout.NO_LAYER, NeighbourMemory.HISTORY);
      steps[0] = new HistoryStep(steps[0], items, history.offset(), history.field().size());
    }
    return new LayerStack(kernels, specification, fields, steps, items, events, kept);
  }

  Kernels kernels() {
    return kernels;
  }

  /** Returns the same layers on other kernels. */
  LayerStack on(Kernels others) {
    return new LayerStack(others, specification, fields, steps, items, events, keptBytes);
  }

  LayerStep[] steps() {
    return steps;
  }

  ItemRows requireItems() {
    ItemRows rows = items;
    if (rows == null) {
      throw new IllegalStateException("the network takes features: found an item");
    }
    return rows;
  }

  /** Returns the rows of the attributes of events, or null if the network takes none. */
  @Nullable EventRows events() {
    return events;
  }

  /** {@return the number of attributes of an event that a step takes beside the item} */
  public int attributes() {
    return events == null ? 0 : events.attributes();
  }

  /** {@return the name of the backend, such as {@code vector-512} or {@code scalar}} */
  public String backend() {
    return kernels.name();
  }

  /** {@return the number of layers, including those that are folded into the rows of items} */
  public int layers() {
    return specification.layers().size();
  }

  /** {@return the fields of a state: that of a memory, then those of the layers in their order} */
  public List<StateLayout.Field> fields() {
    return fields;
  }

  /** {@return the bytes of the fields of every layer} */
  public long stateSize() {
    return fields.getLast().end();
  }

  /** {@return the bytes of a state with its prepared sums} */
  public long preparedSize() {
    return preparedSize;
  }

  /** {@return a new state of zeros, the start of a sequence, with room for prepared sums} */
  public MemorySegment newState() {
    return OffHeap.allocate(preparedSize);
  }

  /** {@return the offset of the last layer's output in a state, in bytes} */
  public long outputOffset() {
    return fields.getLast().offset();
  }

  /**
   * Returns whether a state has the output of the last layer as a field of its own, because that
   * layer does not carry it from step to step.
   */
  boolean keepsOutput() {
    return keepsOutput;
  }

  /** Returns the bytes of the last layer's output, padded to groups. */
  long outputBytes() {
    return fields.getLast().end() - outputOffset();
  }

  /** {@return the number of features that a step takes, 0 if it takes an item} */
  public int features() {
    return specification.input() instanceof FeatureInput features ? features.width() : 0;
  }

  /** Returns the width of the widest input or output of a layer. */
  int widestVector() {
    int widest = features();
    for (Layer layer : specification.layers()) {
      widest = Math.max(widest, Math.max(layer.inputs(), layer.width()));
    }
    return widest;
  }

  /** Returns the most inputs of a product. */
  int mostInputs() {
    int most = 1;
    for (Layer layer : specification.layers()) {
      for (Parameter parameter : layer.parameters()) {
        most = Math.max(most, parameter.columns());
      }
    }
    return most;
  }

  /** Returns the bytes of the vectors that residual connections keep during a step. */
  long keptBytes() {
    return keptBytes;
  }

  long widestRecurrentSums() {
    long widest = 0;
    for (LayerStep step : steps) {
      widest = Math.max(widest, step.recurrentSumBytes());
    }
    return widest;
  }

  long widestInputSums() {
    long widest = 0;
    for (LayerStep step : steps) {
      widest = Math.max(widest, step.inputSumBytes());
    }
    return widest;
  }

  /**
   * Computes the part of the next step that does not depend on its input, the recurrent sums of all
   * layers, into the state.
   *
   * @param state the state, whose fields do not change
   */
  public void prepare(MemorySegment state) {
    for (LayerStep step : steps) {
      step.prepare(kernels, state);
    }
  }

  /**
   * Advances a state by one item, with the values of attributes that were set in the scratch since
   * the last step; without any they are unknown.
   *
   * @param state the state, overwritten; it is not prepared afterwards
   * @param prepared whether {@link #prepare} was called since its fields last changed
   * @param scratch the scratch
   * @param item the index of the item, which the caller has checked
   * @throws IllegalStateException if the network takes features
   */
  public void step(MemorySegment state, boolean prepared, StepScratch scratch, int item) {
    ItemRows rows = requireItems();
    scratch.pointTo(rows.memory(), rows.row(item));
    climb(state, prepared, scratch);
  }

  /**
   * Advances a state by the features that were set in the scratch.
   *
   * @param state the state, overwritten; it is not prepared afterwards
   * @param prepared whether {@link #prepare} was called since its fields last changed
   * @param scratch the scratch, with the features
   * @throws IllegalStateException if the network takes items
   */
  public void step(MemorySegment state, boolean prepared, StepScratch scratch) {
    if (items != null) {
      throw new IllegalStateException("the network takes items: found features");
    }
    scratch.pointTo(scratch.memory, 0);
    climb(state, prepared, scratch);
  }

  private void climb(MemorySegment state, boolean prepared, StepScratch scratch) {
    scratch.start(state, prepared);
    for (LayerStep step : steps) {
      step.step(kernels, scratch);
    }
    if (keepsOutput()) {
      MemorySegment.copy(scratch.vector, scratch.offset, state, outputOffset(), outputBytes());
    }
    scratch.finish();
  }
}
