package org.staccato.live;

import org.staccato.format.ItemKeys;
import org.staccato.format.Pace;

/**
 * Prepares the data of a component for the catalogue of a version before the version is published,
 * so that the first call on the version finds them. {@link org.staccato.LiveModel#addPreparation}
 * registers a preparation.
 */
@FunctionalInterface
public interface CataloguePreparation {

  /**
   * Prepares for a version, on the thread that loads it. One call runs at a time. An exception or
   * error of a preparation rejects the version. A preparation must neither load a version nor close
   * the model.
   *
   * @param version the version, which may be published next, or never
   * @param items the external keys of its items, valid until the version is retired
   * @param pace to be called between slices of the work; pauses to keep to a share of a core
   */
  void prepare(ModelVersion version, ItemKeys items, Pace pace);
}
