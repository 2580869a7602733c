package org.staccato.trainer.baseline;

import java.util.List;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.Sequences;

/** The models that every learned model is compared with in reports. */
public final class Baselines {
  /** The number of events that the rules look back. */
  public static final int RULES_WINDOW = 5;

  private Baselines() {}

  /**
   * {@return popularity, Markov chain and sequential rules, in this order}
   *
   * @param train the training part
   */
  public static List<NextItemModel> of(Sequences train) {
    return List.of(
        new Popularity(train), new MarkovChain(train), new SequentialRules(train, RULES_WINDOW));
  }
}
