package org.staccato.trainer.evaluate;

import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.model.Event;
import org.staccato.trainer.log.Keys;
import org.staccato.trainer.sequence.Sequences;

/**
 * A weight file as it is served, so that an evaluation measures the rankings that users get.
 *
 * <p>Items are matched by their external keys. An item of the catalogue that the weight file does
 * not know is skipped in a sequence and never recommended. Safe to share between threads, as long
 * as the live model is open; its owner closes it.
 */
public final class ServedModel implements NextItemModel {
  private final String name;
  private final LiveModel model;
  private final ServedItems items;

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
    items = new ServedItems(model.itemKeys(), catalogue);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int items() {
    return items.size();
  }

  /** {@return the number of items of the catalogue that the weight file does not know} */
  public int unknownItems() {
    return items.unknown();
  }

  /**
   * {@return whether the weight file knows an item}
   *
   * @param item an item of the catalogue
   */
  public boolean knows(int item) {
    return items.of(item) != ItemKeys.UNKNOWN;
  }

  @Override
  public Session newSession() {
    return new ServedSession();
  }

  private final class ServedSession implements Session {
    private final Scorer scorer = model.newScorer();
    private final UserState user = scorer.newState();
    private final Event event = new Event();
    private final float[] modelScores = new float[model.itemKeys().size()];

    @Override
    public void reset() {
      scorer.reset(user);
    }

    @Override
    public void observe(int item) {
      scorer.step(user, items.of(item));
    }

    @Override
    public void observe(Sequences sequences, int sequence, int position) {
      sequences.read(sequence, position, event);
      scorer.step(user, event.item(items.of(event.item())));
    }

    @Override
    public void scores(float[] scores) {
      scorer.scores(user, modelScores);
      for (int item = 0; item < items.size(); item++) {
        int known = items.of(item);
        scores[item] = known == ItemKeys.UNKNOWN ? Float.NEGATIVE_INFINITY : modelScores[known];
      }
    }
  }
}
