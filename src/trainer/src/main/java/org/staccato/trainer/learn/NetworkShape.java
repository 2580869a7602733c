package org.staccato.trainer.learn;

import java.util.List;

/**
 * The sizes of a next-item network.
 *
 * @param items the number of items in the catalogue, at least 1
 * @param embeddingSize the width of an item's embedding, at least 1
 * @param hiddenSizes the number of hidden units of each LSTM layer, from the input upwards
 * @param tied whether the output layer shares the embedding's weights; then the last hidden size
 *     must equal the embedding size
 */
public record NetworkShape(int items, int embeddingSize, List<Integer> hiddenSizes, boolean tied) {

  /**
   * Checks the sizes.
   *
   * @throws IllegalArgumentException if a size is below 1, there is no layer, or a tied output does
   *     not fit the embedding
   */
  public NetworkShape {
    hiddenSizes = List.copyOf(hiddenSizes);
    requirePositive("items", items);
    requirePositive("embedding size", embeddingSize);
    if (hiddenSizes.isEmpty()) {
      throw new IllegalArgumentException("hidden sizes: found none, expected at least 1 layer");
    }
    for (int hiddenSize : hiddenSizes) {
      requirePositive("hidden size", hiddenSize);
    }
    if (tied && hiddenSizes.getLast() != embeddingSize) {
      throw new IllegalArgumentException(
          "a tied output needs a last hidden size equal to the embedding size: found "
              + hiddenSizes.getLast()
              + " and "
              + embeddingSize);
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": found " + value + ", expected at least 1");
    }
  }
}
