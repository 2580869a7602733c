package org.staccato.trainer.evaluate;

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

  /** {@return a new session, for one thread, that has observed nothing} */
  Session newSession();

  /** One sequence as it unfolds. Confined to one thread. */
  interface Session {
    /** Forgets everything observed. */
    void reset();

    /**
     * Takes the next event of the sequence.
     *
     * @param item the item index, from 0 to {@code items() - 1}
     */
    void observe(int item);

    /**
     * Scores every item as the next one, given what was observed since the last reset.
     *
     * @param scores where to write one score per item, higher is better; all {@code items()} values
     *     are overwritten
     */
    void scores(float[] scores);
  }
}
