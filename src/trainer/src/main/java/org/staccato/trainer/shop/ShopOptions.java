package org.staccato.trainer.shop;

/**
 * The size of a demo shop. A user makes about 70 events, so that 3,000 users make about 200,000.
 *
 * @param users the number of users, at least 1
 * @param items the number of items, at least 1
 * @param days the number of days that the shop is open, at least 1
 * @param seed the seed; the same seed and sizes make the same bytes
 */
public record ShopOptions(int users, int items, int days, long seed) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a number is below 1
   */
  public ShopOptions {
    require("users", users);
    require("items", items);
    require("days", days);
  }

  /** {@return the shop of the demo: 3,000 users, 1,200 items, 90 days} */
  public static ShopOptions demo() {
    return new ShopOptions(3_000, 1_200, 90, 42);
  }

  private static void require(String name, int found) {
    if (found < 1) {
      throw new IllegalArgumentException(name + ": found " + found + ", expected at least 1");
    }
  }
}
