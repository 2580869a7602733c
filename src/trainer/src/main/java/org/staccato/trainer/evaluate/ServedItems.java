package org.staccato.trainer.evaluate;

import org.staccato.format.ItemKeys;
import org.staccato.trainer.log.Keys;

/**
 * The items of a model that the items of a catalogue are, by their external keys. Immutable and
 * safe to share between threads.
 */
public final class ServedItems {
  private final int[] modelItems;
  private final int unknown;

  /**
   * Matches a catalogue with the items of a model.
   *
   * @param model the keys of the model's items
   * @param catalogue the keys of the catalogue
   */
  public ServedItems(ItemKeys model, Keys catalogue) {
    modelItems = new int[catalogue.size()];
    int misses = 0;
    for (int item = 0; item < modelItems.length; item++) {
      int found = model.indexOf(catalogue.text(item));
      modelItems[item] = found >= 0 ? found : ItemKeys.UNKNOWN;
      misses += found >= 0 ? 0 : 1;
    }
    unknown = misses;
  }

  /** {@return the number of items of the catalogue} */
  public int size() {
    return modelItems.length;
  }

  /** {@return the number of items of the catalogue that the model does not know} */
  public int unknown() {
    return unknown;
  }

  /**
   * {@return the item of the model, or {@link ItemKeys#UNKNOWN}}
   *
   * @param item an item of the catalogue
   */
  public int of(int item) {
    return modelItems[item];
  }
}
