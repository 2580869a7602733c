package org.staccato.trainer.baseline;

import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.Sequences;

/**
 * Sequential rules (Ludewig and Jannach, "Evaluation of session-based recommendation algorithms",
 * 2018): in the training part, each occurrence of an item within a window before another adds
 * 1/distance to the rule from the former to the latter; the rule from the last item gives the
 * scores. Popularity decides between equal weights, and orders the items without a rule.
 */
public final class SequentialRules implements NextItemModel {
  private final Successors successors;
  private final int window;

  /**
   * Counts the rules.
   *
   * @param train the training part
   * @param window the number of events that a rule looks back, 1 to 20
   * @throws IllegalArgumentException if the window is out of range
   */
  public SequentialRules(Sequences train, int window) {
    if (window < 1 || window > Successors.LARGEST_WINDOW) {
      throw new IllegalArgumentException(
          "window: found " + window + ", expected 1 to " + Successors.LARGEST_WINDOW);
    }
    this.window = window;
    successors = new Successors(train, window);
  }

  @Override
  public String name() {
    return "sequential rules (" + window + " back)";
  }

  @Override
  public int items() {
    return successors.items();
  }

  @Override
  public Session newSession() {
    return successors.newSession();
  }
}
