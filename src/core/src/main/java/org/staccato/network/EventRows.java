package org.staccato.network;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.staccato.format.DataType;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.WeightFile;
import org.staccato.kernel.Kernels;
import org.staccato.kernel.Panels;
import org.staccato.model.EventAttribute;
import org.staccato.model.ModelSpecification;

/**
 * The rows of the attributes of events: for each value of an attribute a row that is added to the
 * sums of the lowest recurrent layer, in the order and with the factors of that layer's gates.
 * Immutable and thread-safe.
 */
final class EventRows {
  private final MemorySegment memory;
  private final long[] offsets;
  private final long rowBytes;

  private EventRows(MemorySegment memory, long[] offsets, long rowBytes) {
    this.memory = memory;
    this.offsets = offsets;
    this.rowBytes = rowBytes;
  }

  /** Finds the rows of a network; null if it takes no attributes. */
  static @Nullable EventRows open(WeightFile file, ModelSpecification specification)
      throws ModelRejectedException {
    List<EventAttribute> attributes = specification.attributes();
    if (attributes.isEmpty()) {
      return null;
    }
    int blocks = RowOrder.of(specification.lowestRecurrent()).blocks();
    long[] offsets = new long[attributes.size()];
    for (int i = 0; i < offsets.length; i++) {
      EventAttribute attribute = attributes.get(i);
      String name = ModelSpecification.attributeName(attribute);
      offsets[i] =
          file.require(name, DataType.F32, attribute.values(), blocks, Panels.ROWS).offset();
    }
    return new EventRows(file.data(), offsets, blocks * Panels.ROW_BYTES);
  }

  /** Returns the number of attributes. */
  int attributes() {
    return offsets.length;
  }

  /** Returns the bytes of a row. */
  long rowBytes() {
    return rowBytes;
  }

  /**
   * Adds the row of each attribute's value.
   *
   * @param values holds the values, which the caller has checked
   * @param from the place of the first of them
   */
  void add(Kernels kernels, int[] values, int from, MemorySegment sums, long sum) {
    int groups = (int) (rowBytes / Kernels.GROUP_BYTES);
    for (int i = 0; i < offsets.length; i++) {
      kernels.addRow(memory, offsets[i] + values[from + i] * rowBytes, groups, 1, sums, sum);
    }
  }
}
