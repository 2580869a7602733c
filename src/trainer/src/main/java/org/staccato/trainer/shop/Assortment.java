package org.staccato.trainer.shop;

import java.util.random.RandomGenerator;

/**
 * The assortment of the shop: items in ordered collections (the volumes of a series, the pieces of
 * a set), and collections in categories.
 */
final class Assortment {
  static final int COLLECTION = 12;
  private static final int COLLECTIONS_PER_CATEGORY = 5;
  private static final String[] NAMES = {
    "tea",
    "coffee",
    "mugs",
    "plates",
    "pans",
    "knives",
    "spices",
    "candles",
    "lamps",
    "cushions",
    "rugs",
    "plants",
    "pots",
    "tools",
    "paint",
    "paper",
    "pens",
    "books",
    "games",
    "toys",
    "yarn",
    "fabric",
    "bags",
    "scarves",
    "soap",
    "towels",
    "clocks",
    "frames"
  };

  private final int items;

  /** The item of each popularity rank; popular items are scattered over the assortment. */
  private final int[] byPopularity;

  private final Zipf popularity;
  private final int[] cents;

  Assortment(int items, RandomGenerator random) {
    this.items = items;
    byPopularity = new int[items];
    cents = new int[items];
    for (int item = 0; item < items; item++) {
      int other = random.nextInt(item + 1);
      byPopularity[item] = byPopularity[other];
      byPopularity[other] = item;
      double level = 1 + category(item) % 7;
      cents[item] = (int) (100 * level * (1 + 9 * random.nextDouble() * random.nextDouble())) - 1;
    }
    popularity = new Zipf(items, 1.0);
  }

  int items() {
    return items;
  }

  int collections() {
    return (items + COLLECTION - 1) / COLLECTION;
  }

  int categories() {
    return (collections() + COLLECTIONS_PER_CATEGORY - 1) / COLLECTIONS_PER_CATEGORY;
  }

  int category(int item) {
    return item / COLLECTION / COLLECTIONS_PER_CATEGORY;
  }

  /** Returns a collection of a category; the last category may have fewer, which then repeat. */
  int collection(int category, int number) {
    int first = category * COLLECTIONS_PER_CATEGORY;
    int size = Math.min(COLLECTIONS_PER_CATEGORY, collections() - first);
    return first + number % size;
  }

  int collectionsOf(int category) {
    return Math.min(COLLECTIONS_PER_CATEGORY, collections() - category * COLLECTIONS_PER_CATEGORY);
  }

  /** Returns the item at a place of a collection; places wrap around. */
  int item(int collection, int place) {
    int first = collection * COLLECTION;
    return first + place % Math.min(COLLECTION, items - first);
  }

  /** Returns the collection of the next category that users view together with this one. */
  int complement(int collection) {
    int category = (collection / COLLECTIONS_PER_CATEGORY + 1) % categories();
    return collection(category, collection % COLLECTIONS_PER_CATEGORY);
  }

  /**
   * Returns the accessory of an item, which is always the same and belongs to the category after
   * the next.
   */
  int accessory(int item) {
    int collection = complement(complement(item / COLLECTION));
    return item(collection, item % COLLECTION);
  }

  int drawPopular(RandomGenerator random) {
    return byPopularity[popularity.draw(random)];
  }

  String categoryName(int category) {
    String name = NAMES[category % NAMES.length];
    return category < NAMES.length ? name : name + (category / NAMES.length + 1);
  }

  String key(int item) {
    int first = category(item) * COLLECTION * COLLECTIONS_PER_CATEGORY;
    int number = item - first + 1;
    return categoryName(category(item)) + (number < 10 ? "-0" : "-") + number;
  }

  int cents(int item) {
    return cents[item];
  }
}
