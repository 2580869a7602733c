package org.staccato.swap;

import java.util.function.BooleanSupplier;
import org.staccato.format.Pace;

/** Runs versions before anybody else does, until their code is compiled. */
public interface WarmUp {

  /**
   * The longest time that a run takes. Two or three seconds are usual; it takes longer where
   * compiler threads must wait.
   */
  long LIMIT_NANOS = 5_000_000_000L;

  /**
   * Runs a version until its code is compiled.
   *
   * @param model the version, which stays the caller's
   * @param pace what to call between rounds
   * @param cancelled whether to give up
   * @return whether the code is compiled, as far as its speed tells
   */
  boolean run(LoadedModel model, Pace pace, BooleanSupplier cancelled);
}
