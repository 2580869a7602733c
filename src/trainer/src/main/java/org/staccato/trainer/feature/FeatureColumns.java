package org.staccato.trainer.feature;

import java.util.List;

/**
 * The columns of a table of items, and what each of them holds.
 *
 * @param item the column of the items' keys
 * @param categories columns of categories, of which a field may hold several
 * @param numbers columns of numbers
 * @param words columns of text, of which the words count
 * @param separator the separator of the categories of a field
 * @param minimumSupport the least number of items of the training with a category or a word that
 *     becomes a feature, at least 1
 */
public record FeatureColumns(
    String item,
    List<String> categories,
    List<String> numbers,
    List<String> words,
    String separator,
    int minimumSupport) {

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if no column makes a feature, the separator is empty, or the
   *     support is below 1
   */
  public FeatureColumns {
    categories = List.copyOf(categories);
    numbers = List.copyOf(numbers);
    words = List.copyOf(words);
    if (categories.isEmpty() && numbers.isEmpty() && words.isEmpty()) {
      throw new IllegalArgumentException(
          "item columns: found none for a feature, expected categories, numbers or words");
    }
    if (separator.isEmpty()) {
      throw new IllegalArgumentException("category separator: found nothing, expected a text");
    }
    if (minimumSupport < 1) {
      throw new IllegalArgumentException(
          "term support: found " + minimumSupport + ", expected at least 1");
    }
  }
}
