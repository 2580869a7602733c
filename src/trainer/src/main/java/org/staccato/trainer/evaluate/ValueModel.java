package org.staccato.trainer.evaluate;

import org.staccato.trainer.sequence.Sequences;

/**
 * A model that predicts the value of an event on a given item. A model is safe to share between
 * threads; its sessions are not.
 */
public interface ValueModel {
  /** {@return the name under which results are reported} */
  String name();

  /** {@return a new session for one thread} */
  Session newSession();

  /** Follows one sequence, event by event. */
  interface Session {
    /** Forgets all observed events. */
    void reset();

    /**
     * Takes the next event of the sequence.
     *
     * @param sequences the sequences
     * @param sequence the sequence
     * @param position the position of the event
     */
    void observe(Sequences sequences, int sequence, int position);

    /**
     * {@return the prediction of an event, given the observed ones, the user and the event's item;
     * NaN if the model does not know the item}
     *
     * @param sequences the sequences
     * @param sequence the sequence
     * @param position the position of the event, whose value the model does not read
     */
    double predict(Sequences sequences, int sequence, int position);
  }
}
