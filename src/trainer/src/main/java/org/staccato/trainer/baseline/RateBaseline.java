package org.staccato.trainer.baseline;

import java.util.Arrays;

/**
 * Predicts the probability of a click by the item's share of clicks among its training events,
 * drawn towards the share of all items: (clicks + strength·share)/(events + strength), the mean of
 * a beta posterior. An item without events has the share of all. Immutable and safe to share
 * between threads.
 */
public final class RateBaseline {
  private final double share;
  private final double[] rates;

  /**
   * Counts the clicks. The r-th event showed {@code item[r]}, and {@code clicked[r]} tells the
   * rest.
   *
   * @param item the items of the events, from 0
   * @param clicked whether the item was clicked
   * @param strength the number of events that the share of all items weighs, at least 0
   * @throws IllegalArgumentException if the arrays are empty or of different lengths, or the
   *     strength is out of range
   */
  public RateBaseline(int[] item, boolean[] clicked, double strength) {
    if (item.length == 0 || clicked.length != item.length) {
      throw new IllegalArgumentException(
          "items and clicks: found "
              + item.length
              + " and "
              + clicked.length
              + ", expected equal numbers, at least 1");
    }
    if (!(strength >= 0)) {
      throw new IllegalArgumentException("strength: found " + strength + ", expected at least 0");
    }
    rates = new double[Arrays.stream(item).max().orElse(-1) + 1];
    int[] events = new int[rates.length];
    long clicks = 0;
    for (int r = 0; r < item.length; r++) {
      events[item[r]]++;
      rates[item[r]] += clicked[r] ? 1 : 0;
      clicks += clicked[r] ? 1 : 0;
    }
    share = (double) clicks / item.length;
    for (int i = 0; i < rates.length; i++) {
      rates[i] = events[i] == 0 ? share : (rates[i] + strength * share) / (events[i] + strength);
    }
  }

  /**
   * {@return the probability of a click}
   *
   * @param item the item
   */
  public double predict(int item) {
    return item >= 0 && item < rates.length ? rates[item] : share;
  }
}
