package org.staccato.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.staccato.format.DataType;
import org.staccato.format.ItemKeys;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.ModelRejectedException.Reason;
import org.staccato.format.Pace;
import org.staccato.format.Tensor;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Panels;
import org.staccato.memory.LittleEndian;
import org.staccato.model.FloatMatrix;
import org.staccato.model.Head;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.Parameter;
import org.staccato.model.Weights;
import org.staccato.network.Network;
import org.staccato.network.PanelTensors;
import org.staccato.network.RowOrder;

/**
 * A weight file from which a training can go on: the weights of every parameter, bit for bit as
 * they were trained (a subnormal weight of a gate may differ in its last bit).
 *
 * <p>A file has them if it was written to be resumed and not quantised since. The opener owns it
 * and closes it; weights and keys are valid until then. All methods may be called from all threads.
 */
public final class ResumableModel implements AutoCloseable {
  private final WeightFile file;
  private final Weights weights;
  private final ItemKeys keys;

  private ResumableModel(WeightFile file, ModelSpecification specification)
      throws ModelRejectedException {
    this.file = file;
    Map<String, FloatMatrix> elements = new HashMap<>();
    for (int number = 0; number < specification.layers().size(); number++) {
      Layer layer = specification.layers().get(number);
      for (Parameter parameter : specification.parametersOfLayer(number)) {
        if (file.find(parameter.name()).isPresent()) {
          elements.put(parameter.name(), unpack(parameter, RowOrder.of(layer, parameter)));
        }
      }
    }
    for (Head head : specification.heads()) {
      for (Parameter parameter : specification.parametersOf(head)) {
        elements.put(parameter.name(), unpack(parameter, new RowOrder.Plain(parameter.rows())));
      }
    }
    for (Parameter parameter : TrainingTensors.parameters(specification)) {
      elements.put(parameter.name(), trained(parameter));
    }
    for (Parameter parameter : specification.parametersOfInput()) {
      if (!elements.containsKey(parameter.name())) {
        // A tied ranking holds the embeddings.
        String held = ModelSpecification.headName(specification.ranking().name(), Head.WEIGHTS);
        elements.put(parameter.name(), unpack(named(held, parameter), plain(parameter)));
      }
    }
    weights = new Weights(specification, elements);
    keys = ItemKeys.open(file, specification.itemInput().items(), Pace.full());
  }

  private static RowOrder plain(Parameter parameter) {
    return new RowOrder.Plain(parameter.rows());
  }

  private static Parameter named(String name, Parameter like) {
    return new Parameter(name, like.kind(), like.rows(), like.columns(), like.decays());
  }

  /**
   * Opens a weight file of a network that takes items, checks it, and finds the weights.
   *
   * @param path a weight file
   * @return the open model, owned by the caller
   * @throws ModelRejectedException if the file is not a valid weight file, was not written to be
   *     resumed, or is quantised
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if the file cannot be read
   * @throws org.staccato.model.WrongTaskException if the network takes features
   */
  public static ResumableModel open(Path path) throws IOException {
    WeightFile file = WeightFile.open(path);
    boolean complete = false;
    try {
      ModelSpecification specification = Network.open(file).specification();
      specification.itemInput();
      ResumableModel model = new ResumableModel(file, specification);
      complete = true;
      return model;
    } finally {
      if (!complete) {
        file.close();
      }
    }
  }

  /** {@return the weights, valid until the model is closed} */
  public Weights weights() {
    return weights;
  }

  /** {@return the keys of the items, valid until the model is closed} */
  public ItemKeys keys() {
    return keys;
  }

  /** Closes the file. */
  @Override
  public void close() {
    file.close();
  }

  /** Finds a parameter among the tensors that only a training reads. */
  private FloatMatrix trained(Parameter parameter) throws ModelRejectedException {
    String name = TrainingTensors.name(parameter);
    if (file.find(name).isEmpty()) {
      throw new ModelRejectedException(
          file.path(),
          Reason.TENSOR_MISSING,
          "tensor \""
              + name
              + "\": found none, expected a model that was trained with --resumable");
    }
    Tensor tensor = file.require(name, DataType.F32, TrainingTensors.shape(parameter));
    int stride = TrainingTensors.paddedColumns(parameter);
    return view(parameter, (row, column) -> at(tensor, (long) row * stride + column));
  }

  private float at(Tensor tensor, long element) {
    return file.data().get(LittleEndian.FLOAT, tensor.offset() + element * Float.BYTES);
  }

  /** Views a parameter in the order of the trainer. */
  private FloatMatrix unpack(Parameter parameter, RowOrder order) throws ModelRejectedException {
    int blocks = order.blocks();
    PanelPacking.Matrix packed;
    if (parameter.isMatrix()) {
      long[] shape = PanelTensors.shape(DataType.F32, blocks, parameter.columns());
      Panels panels = PanelTensors.find(file, requireUnrounded(parameter.name(), shape));
      packed = PanelPacking.read(file, panels);
    } else {
      Tensor vector = requireUnrounded(parameter.name(), blocks, Panels.ROWS);
      packed = (row, column) -> at(vector, row);
    }
    int[] places = new int[parameter.rows()];
    for (int row = 0; row < blocks * Panels.ROWS; row++) {
      if (order.source(row) != RowOrder.PADDING) {
        places[order.source(row)] = row;
      }
    }
    return view(
        parameter, (row, column) -> packed.at(places[row], column) / order.factor(places[row]));
  }

  private Tensor requireUnrounded(String name, long... shape) throws ModelRejectedException {
    DataType type = file.find(name).map(Tensor::type).orElse(DataType.F32);
    if (type != DataType.F32) {
      throw new ModelRejectedException(
          file.path(),
          Reason.TENSOR_TYPE,
          "tensor \""
              + name
              + "\": found "
              + type
              + ", expected F32: a training cannot go on from rounded weights, only from the model"
              + " before it was quantised");
    }
    return file.require(name, DataType.F32, shape);
  }

  private static FloatMatrix view(Parameter parameter, PanelPacking.Matrix elements) {
    return new FloatMatrix() {
      @Override
      public int rows() {
        return parameter.rows();
      }

      @Override
      public int columns() {
        return parameter.columns();
      }

      @Override
      public float at(int row, int column) {
        return elements.at(row, column);
      }
    };
  }
}
