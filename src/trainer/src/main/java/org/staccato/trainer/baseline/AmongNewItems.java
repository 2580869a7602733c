package org.staccato.trainer.baseline;

import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.ItemCounts;

/** A model that recommends only the items without a training event, in the order of another one. */
public final class AmongNewItems implements NextItemModel {
  private final NextItemModel model;
  private final ItemCounts train;

  /**
   * Takes a model.
   *
   * @param model scores the items
   * @param train the training events of each item of the model's catalogue
   */
  public AmongNewItems(NextItemModel model, ItemCounts train) {
    this.model = model;
    this.train = train;
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public int items() {
    return model.items();
  }

  @Override
  public Session newSession() {
    Session session = model.newSession();
    return new Session() {
      @Override
      public void reset() {
        session.reset();
      }

      @Override
      public void observe(int item) {
        session.observe(item);
      }

      @Override
      public void scores(float[] scores) {
        session.scores(scores);
        for (int item = 0; item < train.items(); item++) {
          if (!train.isCold(item)) {
            scores[item] = Float.NEGATIVE_INFINITY;
          }
        }
      }
    };
  }
}
