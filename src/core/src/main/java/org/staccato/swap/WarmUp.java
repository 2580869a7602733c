package org.staccato.swap;

import java.util.function.BooleanSupplier;
import org.staccato.format.Pace;

/** Runs versions before they are published, until their code is compiled. */
public interface WarmUp {

  /**
   * The longest time that a run takes. Two or three seconds are usual; it takes longer if compiler
   * threads must wait.
   */
  long LIMIT_NANOS = 5_000_000_000L;

  /**
   * Runs a version until its code is compiled.
   *
   * @param model the version, still owned by the caller
   * @param pace called between rounds, pauses to keep to a share of a core
   * @param cancelled whether to give up
   * @return whether the code is compiled, as far as its speed tells
   */
  boolean run(LoadedModel model, Pace pace, BooleanSupplier cancelled);
}
