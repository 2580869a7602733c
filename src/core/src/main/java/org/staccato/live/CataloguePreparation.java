package org.staccato.live;

import org.staccato.format.ItemKeys;
import org.staccato.format.Pace;

/**
 * Makes what a component keeps for the catalogue of a version, before the version is published: the
 * first call on the version finds it in place. {@link org.staccato.LiveModel#addPreparation}
 * registers one.
 */
@FunctionalInterface
public interface CataloguePreparation {

  /**
   * Prepares for a version, on the thread that loads it. One call runs at a time. Whatever it
   * throws rejects the version. It must neither load a version nor close the model.
   *
   * @param version the version, which may be published next, or never
   * @param items the external keys of its items, valid until the version is retired
   * @param pace what to call between slices of the work, so that it leaves the core to others
   */
  void prepare(ModelVersion version, ItemKeys items, Pace pace);
}
