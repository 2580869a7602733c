package org.staccato.trainer.evaluate;

import java.util.Arrays;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.trainer.log.Keys;

/**
 * A weight file as it is served, so that an evaluation measures the rankings that users get.
 *
 * <p>Items are matched by their external keys. An item of the catalogue that the weight file does
 * not know is skipped in a sequence and never recommended. Safe to share between threads, as long
 * as the live model is open; its owner closes it.
 */
public final class ServedModel implements NextItemModel {
  private static final int UNKNOWN = -1;

  private final String name;
  private final LiveModel model;
  private final int[] modelItems;
  private final int unknownItems;

  /**
   * Matches a catalogue with the items of a model.
   *
   * @param name the name under which results are reported
   * @param model the open model
   * @param catalogue the external keys of the catalogue of the evaluation
   */
  public ServedModel(String name, LiveModel model, Keys catalogue) {
    this.name = name;
    this.model = model;
    ItemKeys keys = model.itemKeys();
    modelItems = new int[catalogue.size()];
    int unknown = 0;
    for (int item = 0; item < modelItems.length; item++) {
      int found = keys.indexOf(catalogue.text(item));
      modelItems[item] = found >= 0 ? found : UNKNOWN;
      unknown += found >= 0 ? 0 : 1;
    }
    unknownItems = unknown;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int items() {
    return modelItems.length;
  }

  /** {@return the number of items of the catalogue that the weight file does not know} */
  public int unknownItems() {
    return unknownItems;
  }

  /**
   * {@return whether the weight file knows an item}
   *
   * @param item an item of the catalogue
   */
  public boolean knows(int item) {
    return modelItems[item] != UNKNOWN;
  }

  @Override
  public Session newSession() {
    return new ServedSession();
  }

  private final class ServedSession implements Session {
    private final Scorer scorer = model.newScorer();
    private final UserState user = scorer.newState();
    private final float[] modelScores = new float[model.itemKeys().size()];

    @Override
    public void reset() {
      scorer.reset(user);
    }

    @Override
    public void observe(int item) {
      int known = modelItems[item];
      if (known != UNKNOWN) {
        scorer.step(user, known);
      }
    }

    @Override
    public void scores(float[] scores) {
      scorer.scores(user, modelScores);
      Arrays.fill(scores, 0, modelItems.length, Float.NEGATIVE_INFINITY);
      for (int item = 0; item < modelItems.length; item++) {
        if (modelItems[item] != UNKNOWN) {
          scores[item] = modelScores[modelItems[item]];
        }
      }
    }
  }
}
