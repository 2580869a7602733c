package org.staccato.trainer.learn;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.staccato.model.Event;
import org.staccato.model.EventAttribute;
import org.staccato.trainer.evaluate.ValueTask;
import org.staccato.trainer.sequence.Sequences;

/**
 * Writes into a window what a network takes of an event beside its item, and the value of the
 * target where that is what it predicts. Confined to one thread at a time.
 */
final class EventEncoder {
  private final List<EventAttribute> attributes;
  private final @Nullable ValueTask task;
  private final Event event = new Event();

  /**
   * Makes an encoder.
   *
   * @param attributes the attributes of the network
   * @param task the task of a network that predicts values, or null
   */
  EventEncoder(List<EventAttribute> attributes, @Nullable ValueTask task) {
    this.attributes = attributes;
    this.task = task;
  }

  /** Writes an event and its successor into a row; a successor without a value is no target. */
  void encode(Sequences sequences, int sequence, int position, Window window, int row) {
    if (!attributes.isEmpty()) {
      sequences.read(sequence, position, event);
      for (int i = 0; i < attributes.size(); i++) {
        window.attributes[i][row] = attributes.get(i).valueOf(event);
      }
    }
    if (task != null) {
      float value = sequences.value(sequence, position + 1);
      if (Float.isNaN(value)) {
        window.targets[row] = Window.NONE;
      } else {
        window.values[row] = task.target(value);
      }
    }
  }
}
