package org.staccato.trainer.shop;

import java.util.random.RandomGenerator;

/** A user, with favourite categories that drift, and with the habits that shape a visit. */
final class Shopper {
  private static final double DRIFT = 0.15;
  private static final double RESUME = 0.5;
  private static final double TWO_THREADS = 0.6;
  private static final double DISTRACTION = 0.12;
  private static final double REFRESH = 0.04;
  private static final double ACCESSORY = 0.1;
  private static final double SWITCH = 0.75;
  private static final double NEXT_IN_COLLECTION = 0.5;
  private static final int LEAST_EVENTS = 3;
  private static final double GO_ON = 0.85;

  private final Assortment assortment;
  private final RandomGenerator random;
  private final Zipf collections;
  private final Zipf places = new Zipf(Assortment.COLLECTION, 0.8);
  private final int[] favourites = new int[3];

  /** The one or two collections of the visit, and the place reached in each. */
  private final int[] collection = new int[2];

  private final int[] place = new int[2];
  private int threads;
  private boolean visited;

  Shopper(Assortment assortment, Zipf categories, RandomGenerator random) {
    this.assortment = assortment;
    this.random = random;
    this.collections = new Zipf(5, 0.8);
    for (int i = 0; i < favourites.length; i++) {
      favourites[i] = categories.draw(random);
    }
  }

  /** Receives the items of a visit in order. */
  interface Visit {
    void look(int item);
  }

  /** Simulates one visit. */
  void visit(Visit visit) {
    if (random.nextDouble() < DRIFT) {
      int drifting = random.nextInt(favourites.length);
      favourites[drifting] = (favourites[drifting] + 1) % assortment.categories();
    }
    // Half of the visits continue at the end of the previous one, so the first items depend on
    // events days ago.
    if (!visited || random.nextDouble() >= RESUME) {
      chooseCollections();
    }
    visited = true;
    int first = -1;
    int last = -1;
    int thread = 0;
    boolean accessoryShown = false;
    for (int event = 0; event < LEAST_EVENTS || random.nextDouble() < GO_ON; event++) {
      int item;
      if (last >= 0 && random.nextDouble() < REFRESH) {
        item = last;
      } else if (random.nextDouble() < DISTRACTION) {
        item = assortment.drawPopular(random);
      } else if (event >= 3 && !accessoryShown && random.nextDouble() < ACCESSORY) {
        item = assortment.accessory(first);
        accessoryShown = true;
      } else {
        thread = threads == 2 && random.nextDouble() < SWITCH ? 1 - thread : thread;
        place[thread] =
            random.nextDouble() < NEXT_IN_COLLECTION ? place[thread] + 1 : places.draw(random);
        item = assortment.item(collection[thread], place[thread]);
      }
      first = first < 0 ? item : first;
      last = item;
      visit.look(item);
    }
  }

  private void chooseCollections() {
    double which = random.nextDouble();
    int category = favourites[which < 0.6 ? 0 : which < 0.9 ? 1 : 2];
    collection[0] = assortment.collection(category, collections.draw(random));
    collection[1] = assortment.complement(collection[0]);
    threads = random.nextDouble() < TWO_THREADS ? 2 : 1;
    place[0] = places.draw(random);
    place[1] = places.draw(random);
  }
}
