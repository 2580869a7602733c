package org.staccato.trainer.learn;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows that a window touches of the parameters that are learnt row by row, those of the others
 * are not kept. Confined to one thread at a time.
 */
final class TouchedItems {
  private final Map<String, TouchedRows> byName = new LinkedHashMap<>();

  /** Makes empty sets. */
  TouchedItems(ParameterArray parameters) {
    for (ParameterRange range : parameters.ranges()) {
      if (range.layout().byRow()) {
        byName.put(range.parameter().name(), new TouchedRows(range));
      }
    }
  }

  /** Returns whether nothing is learnt row by row. */
  boolean none() {
    return byName.isEmpty();
  }

  /** Adds an item's row of a parameter that is learnt row by row. */
  void add(ParameterRange range, int item) {
    TouchedRows rows = byName.get(range.parameter().name());
    if (rows != null) {
      rows.addItem(item);
    }
  }

  /** Returns the sets, in the order of the parameters. */
  List<TouchedRows> rows() {
    return new ArrayList<>(byName.values());
  }

  /** Moves the rows of another shard to these. */
  void take(TouchedItems other) {
    byName.forEach(
        (name, rows) -> {
          TouchedRows others = other.byName.get(name);
          if (others != null) {
            rows.addAll(others);
            others.clear();
          }
        });
  }

  /** Removes all rows. */
  void clear() {
    byName.values().forEach(TouchedRows::clear);
  }
}
