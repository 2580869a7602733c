package org.staccato.trainer.baseline;

import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.Sequences;

/**
 * First-order Markov chain: items that directly followed the last item in the training part, most
 * often first; equal counts, and all items that never followed it, in the order of popularity.
 */
public final class MarkovChain implements NextItemModel {
  private final Successors successors;

  /**
   * Counts.
   *
   * @param train the training part
   */
  public MarkovChain(Sequences train) {
    successors = new Successors(train, 1);
  }

  @Override
  public String name() {
    return "Markov chain";
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
