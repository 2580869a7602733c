package org.staccato.network;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.staccato.kernel.Kernels;
import org.staccato.model.Layer;
import org.staccato.model.ModelSpecification;
import org.staccato.model.RecurrentLayer;
import org.staccato.model.StateField;

/**
 * Lays out the fields of a memory and of all layers in a state, each padded to groups of 16 floats.
 */
public final class StateLayout {

  /**
   * A field of a layer or a memory.
   *
   * @param layer the number of the layer, 0 for the lowest, or {@link #NO_LAYER}
   * @param field its description
   * @param offset the offset of its first float in a state, in bytes
   */
  public record Field(int layer, StateField field, long offset) {

    /** {@return the offset of the first byte behind it, a multiple of 64} */
    public long end() {
      return offset + RowOrder.groups(field.size()) * Kernels.GROUP_BYTES;
    }
  }

  /** In place of the number of a layer: the field is that of a memory. */
  public static final int NO_LAYER = -1;

  private StateLayout() {}

  /**
   * Lays out the field of the memory of a network, if it has one, and those of the layers from the
   * lowest upwards. If no field is the output of the last layer, its output is a field too, because
   * an answer needs it long after the step.
   */
  static List<Field> of(ModelSpecification specification) {
    List<Field> fields = new ArrayList<>();
    List<Layer> layers = specification.layers();
    specification
        .findMemory()
        .ifPresent(memory -> fields.add(new Field(NO_LAYER, memory.history(), 0)));
    long offset = fields.isEmpty() ? 0 : fields.getLast().end();
    for (int number = 0; number < layers.size(); number++) {
      for (StateField field : layers.get(number).state()) {
        fields.add(new Field(number, field, offset));
        offset = fields.getLast().end();
      }
    }
    Layer last = layers.getLast();
    if (keepsOutput(specification)) {
      StateField output =
          new StateField(ModelSpecification.OUTPUT_FIELD, last.width(), Kernels.LARGEST);
      fields.add(new Field(layers.size() - 1, output, offset));
    }
    return List.copyOf(fields);
  }

  /** Returns whether the output of the last layer is no field of that layer. */
  static boolean keepsOutput(ModelSpecification specification) {
    return !(specification.layers().getLast() instanceof RecurrentLayer);
  }

  /** Finds a field by its layer and name. */
  static Field find(List<Field> fields, int layer, String name) {
    for (Field field : fields) {
      if (field.layer() == layer && field.field().name().equals(name)) {
        return field;
      }
    }
    throw new NoSuchElementException(
        (layer == NO_LAYER ? "the memory" : "layer " + layer) + " has no field " + name);
  }
}
