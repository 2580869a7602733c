package org.staccato.trainer.baseline;

import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.Sequences;

/**
 * First-order Markov chain: ranks items by the number of times that they directly followed the last
 * item in the training part. Popularity decides between equal counts, and orders the items that
 * never followed it.
 */
public final class MarkovChain implements NextItemModel {
  private final Successors successors;

  /**
   * Counts the transitions.
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
