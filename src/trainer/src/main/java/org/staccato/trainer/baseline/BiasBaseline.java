package org.staccato.trainer.baseline;

import java.util.Arrays;

/**
 * Predicts a rating from the mean of all ratings, a bias of the user and a bias of the item: b(u,
 * i) = μ + b(u) + b(i), with the biases that minimise the squared error plus a penalty on each (Y.
 * Koren, "Factor in the Neighbors", 2010, section 2.1), found by alternating least squares. A user
 * or item without ratings has a bias of 0. Immutable and safe to share between threads.
 */
public final class BiasBaseline {
  private final double mean;
  private final double[] users;
  private final double[] items;

  /**
   * The strength of the penalties, each that of so many ratings at 0, and the number of rounds.
   *
   * @param users the penalty on a user's bias, at least 0
   * @param items the penalty on an item's bias, at least 0
   * @param rounds the number of times that the items' and then the users' biases are computed, at
   *     least 1
   */
  public record Options(double users, double items, int rounds) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public Options {
      if (!(users >= 0 && items >= 0 && rounds >= 1)) {
        throw new IllegalArgumentException(
            "penalties and rounds: found "
                + users
                + ", "
                + items
                + " and "
                + rounds
                + ", expected at least 0, 0 and 1");
      }
    }

    /** {@return penalties of 15 for users and 10 for items, and 10 rounds} */
    public static Options usual() {
      return new Options(15, 10, 10);
    }
  }

  /**
   * Learns the biases. The r-th rating was given by {@code user[r]} to {@code item[r]}.
   *
   * @param user the users of the ratings, from 0
   * @param item the items of the ratings, from 0
   * @param rating the ratings
   * @param options the penalties and the number of rounds
   * @throws IllegalArgumentException if the arrays are empty or of different lengths
   */
  public BiasBaseline(int[] user, int[] item, float[] rating, Options options) {
    if (rating.length == 0 || user.length != rating.length || item.length != rating.length) {
      throw new IllegalArgumentException(
          "users, items and ratings: found "
              + user.length
              + ", "
              + item.length
              + " and "
              + rating.length
              + ", expected equal numbers, at least 1");
    }
    double sum = 0;
    for (float each : rating) {
      sum += each;
    }
    mean = sum / rating.length;
    users = new double[Arrays.stream(user).max().orElse(-1) + 1];
    items = new double[Arrays.stream(item).max().orElse(-1) + 1];
    for (int round = 0; round < options.rounds(); round++) {
      fit(items, item, users, user, rating, options.items());
      fit(users, user, items, item, rating, options.users());
    }
  }

  /** Computes the biases of one side, given those of the other. */
  private void fit(
      double[] biases, int[] own, double[] others, int[] other, float[] rating, double penalty) {
    Arrays.fill(biases, 0);
    int[] counts = new int[biases.length];
    for (int r = 0; r < rating.length; r++) {
      biases[own[r]] += rating[r] - mean - others[other[r]];
      counts[own[r]]++;
    }
    for (int i = 0; i < biases.length; i++) {
      biases[i] = counts[i] == 0 ? 0 : biases[i] / (penalty + counts[i]);
    }
  }

  /**
   * {@return the predicted rating}
   *
   * @param user the user; one that gave no rating to learn from has no bias
   * @param item the item; one that got no rating to learn from has no bias
   */
  public double predict(int user, int item) {
    return mean
        + (user >= 0 && user < users.length ? users[user] : 0)
        + (item >= 0 && item < items.length ? items[item] : 0);
  }
}
