package org.staccato;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.staccato.format.Pace;
import org.staccato.swap.LoadedModel;
import org.staccato.swap.Publication;
import org.staccato.swap.WarmUp;

/**
 * Runs versions before they are published, one after the other and in the same memory, so that
 * memory does not grow with their number. Confined to one thread at a time.
 */
final class Rehearsal implements WarmUp {
  private @Nullable Publication stage;
  private @Nullable WarmUpRounds rounds;

  @Override
  public boolean run(LoadedModel model, Pace pace, BooleanSupplier cancelled) {
    // A view that owns nothing: the stage may keep it until the next one comes.
    LoadedModel view = model.view();
    Publication own = stage;
    if (own == null) {
      own = new Publication(view, retired -> {});
      stage = own;
    } else {
      own.publish(view);
    }
    WarmUpRounds runs = rounds;
    if (runs == null) {
      runs = new WarmUpRounds(new Scorer(own, null));
      rounds = runs;
    }
    return runs.run(model.version(), model.network(), pace, cancelled);
  }
}
