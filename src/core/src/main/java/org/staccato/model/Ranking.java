package org.staccato.model;

import java.util.List;

/**
 * Scores every item of the catalogue that the network takes: weights·h + bias, a logit, or with a
 * {@link Link} the base of an answer about the item.
 *
 * @param name the name of the head
 * @param inputs the width of the last layer
 * @param items the number of items in the catalogue, 1 to {@link ModelSpecification#ITEM_LIMIT}
 * @param tied whether the embeddings serve as weights; the head then has none of its own
 * @param link what the score of an item says about that item
 */
public record Ranking(String name, int inputs, int items, boolean tied, Link link) implements Head {

  /** The usual name of a head that ranks the next items. */
  public static final String NEXT = "next";

  /** The usual name of a head that scores given items, for the event on each of them. */
  public static final String ITEM = "item";

  /**
   * Describes a head without a link.
   *
   * @param name the name of the head
   * @param inputs the width of the last layer
   * @param items the number of items in the catalogue
   * @param tied whether the embeddings serve as weights
   * @throws IllegalArgumentException if a name or size is not allowed
   */
  public Ranking(String name, int inputs, int items, boolean tied) {
    this(name, inputs, items, tied, Link.NONE);
  }

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
