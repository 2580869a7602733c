package org.staccato;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.staccato.format.ModelRejectedException;
import org.staccato.format.Pace;
import org.staccato.live.LoadedModel;
import org.staccato.live.Publication;
import org.staccato.network.GoldenScratch;

/**
 * Runs versions before anybody else does, one after the other and in the same memory, so that their
 * number makes nothing grow: until their code is compiled, and on their golden samples. Confined to
 * one thread at a time.
 */
final class Rehearsal {
  private final GoldenScratch golden = new GoldenScratch();
  private @Nullable Publication stage;
  private @Nullable WarmUp warmUp;

  /**
   * Runs a version until its code is compiled.
   *
   * @param model the version, which stays the caller's
   * @param pace what to call between rounds
   * @param cancelled whether to give up
   * @return whether the code is compiled, as far as its speed tells
   */
  boolean warmUp(LoadedModel model, Pace pace, BooleanSupplier cancelled) {
    // A view that owns nothing: the stage may keep it until the next one comes.
    LoadedModel view = model.view();
    Publication own = stage;
    if (own == null) {
      own = new Publication(view, retired -> {});
      stage = own;
    } else {
      own.publish(view);
    }
    WarmUp runs = warmUp;
    if (runs == null) {
      runs = new WarmUp(new Scorer(own, null));
      warmUp = runs;
    }
    return runs.run(model.version(), model.network(), pace, cancelled);
  }

  /**
   * Checks the golden samples of a version.
   *
   * @param model the version
   * @param deadline the {@link System#nanoTime} after which no further sample is begun
   * @param pace what to call between samples
   * @throws ModelRejectedException if one is not reproduced
   */
  void check(LoadedModel model, long deadline, Pace pace) throws ModelRejectedException {
    model.network().check(model.file(), golden, deadline, pace);
  }
}
