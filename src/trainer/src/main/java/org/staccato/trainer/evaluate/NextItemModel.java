package org.staccato.trainer.evaluate;

import org.staccato.trainer.sequence.Sequences;

/**
 * A model that scores every item of a catalogue as the next one of a sequence.
 *
 * <p>A model is safe to share between threads; its sessions are not.
 */
public interface NextItemModel {
  /** {@return the name under which results are reported} */
  String name();

  /** {@return the number of items in the catalogue} */
  int items();

  /** {@return a new session for one thread, without observed events} */
  Session newSession();

  /** Follows one sequence, event by event. Confined to one thread. */
  interface Session {
    /** Forgets all observed events. */
    void reset();

    /**
     * Takes the next event of the sequence.
     *
     * @param item the item index, from 0 to {@code items() - 1}
     */
    void observe(int item);

    /**
     * Takes the next event of the sequence, with what a log keeps of it beside its item, which most
     * models do not read.
     *
     * @param sequences the sequences
     * @param sequence the sequence
     * @param position the position of the event
     */
    default void observe(Sequences sequences, int sequence, int position) {
      observe(sequences.item(sequence, position));
    }

    /**
     * Scores every item as the next one, given the events observed since the last reset.
     *
     * @param scores receives one score per item, the higher the better; all {@code items()} values
     *     are overwritten
     */
    void scores(float[] scores);
  }
}
