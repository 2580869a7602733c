package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.staccato.export.ItemAddition;
import org.staccato.trainer.feature.FeatureRow;
import org.staccato.trainer.feature.FeatureVocabulary;
import org.staccato.trainer.feature.VocabularyJson;
import org.staccato.trainer.log.KeyedTable;

/** Adds items of a table to a model. */
final class NewItemTable {
  private NewItemTable() {}

  /** {@return the vocabulary of a model} */
  static FeatureVocabulary vocabulary(Path model, ItemAddition addition) {
    try {
      FeatureVocabulary vocabulary = VocabularyJson.read(addition.vocabulary());
      if (vocabulary.size() == addition.features()) {
        return vocabulary;
      }
    } catch (IllegalArgumentException e) {
      throw new BadInputException(model + ": " + e.getMessage());
    }
    throw new BadInputException(
        model + ": found a vocabulary that does not fit the features, expected one of each");
  }

  /**
   * Adds items and writes the model.
   *
   * @param model the file to read
   * @param target the file to write, which may be the same
   * @param table describes the new items
   * @param keys the keys of the new items, all of them in the table
   * @return the digest of the written file
   * @throws BadInputException if an item cannot be added
   */
  static String add(Path model, Path target, KeyedTable table, Collection<String> keys)
      throws IOException {
    try (ItemAddition addition = ItemAddition.open(model)) {
      FeatureVocabulary vocabulary = vocabulary(model, addition);
      List<ItemAddition.Item> items = new ArrayList<>();
      for (String key : keys) {
        FeatureRow row = vocabulary.encode(table, key);
        items.add(new ItemAddition.Item(key, row.features(), row.weights()));
      }
      return addition.write(target, items);
    } catch (IllegalArgumentException refused) {
      throw new BadInputException(table.source() + ": " + refused.getMessage());
    }
  }
}
