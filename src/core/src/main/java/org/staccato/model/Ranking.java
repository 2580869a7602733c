package org.staccato.model;

import java.util.List;

/**
 * Scores every item of the catalogue that the network takes: weights·h + bias, a logit.
 *
 * @param name the name of the head
 * @param inputs the width of the last layer
 * @param items the number of items in the catalogue, 1 to {@link ModelSpecification#ITEM_LIMIT}
 * @param tied whether the embeddings serve as weights; the head then has none of its own
 */
public record Ranking(String name, int inputs, int items, boolean tied) implements Head {

  /** The usual name of a head that ranks the next items. */
  public static final String NEXT = "next";

  /**
   * Checks the name and the sizes.
   *
   * @throws IllegalArgumentException if one is not allowed
   */
  public Ranking {
    HeadName.require(name);
    Range.require("inputs", inputs, ModelSpecification.SIZE_LIMIT);
    Range.require("items", items, ModelSpecification.ITEM_LIMIT);
  }

  @Override
  public int outputs() {
    return items;
  }

  @Override
  public List<Parameter> parameters() {
    Parameter bias = Parameter.vector(BIAS, items);
    return tied ? List.of(bias) : List.of(Parameter.matrix(WEIGHTS, items, inputs), bias);
  }
}
