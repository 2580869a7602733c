package org.staccato.trainer.evaluate;

import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.model.Event;
import org.staccato.trainer.log.Keys;
import org.staccato.trainer.sequence.Sequences;

/**
 * A weight file that predicts ratings or clicks, as it is served. Items are matched by their
 * external keys. Safe to share between threads, as long as the live model is open; its owner closes
 * it.
 *
 * @param name the name under which results are reported
 * @param model the open model
 * @param items the items of the model that the catalogue's items are
 */
public record ServedValues(String name, LiveModel model, ServedItems items) implements ValueModel {

  /**
   * Matches a catalogue with the items of a model.
   *
   * @param name the name under which results are reported
   * @param model the open model
   * @param catalogue the external keys of the catalogue of the evaluation
   */
  public ServedValues(String name, LiveModel model, Keys catalogue) {
    this(name, model, new ServedItems(model.itemKeys(), catalogue));
  }

  @Override
  public Session newSession() {
    return new ServedSession(model.newScorer(), items);
  }

  private static final class ServedSession implements Session {
    private final Scorer scorer;
    private final ServedItems items;
    private final UserState user;
    private final Event event = new Event();

    ServedSession(Scorer scorer, ServedItems items) {
      this.scorer = scorer;
      this.items = items;
      user = scorer.newState();
    }

    @Override
    public void reset() {
      scorer.reset(user);
    }

    @Override
    public void observe(Sequences sequences, int sequence, int position) {
      sequences.read(sequence, position, event);
      scorer.step(user, event.item(items.of(event.item())));
    }

    @Override
    public double predict(Sequences sequences, int sequence, int position) {
      return scorer.predict(user, items.of(sequences.item(sequence, position)));
    }
  }
}
