package org.staccato.trainer.shop;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Writes the log of an imaginary shop as comma-separated text with the header {@code
 * user,session,item,time,category,price,quantity}, in order of time, as the preset {@code
 * delimited} reads it.
 *
 * <p>docs/training.md describes the recipe and its probabilities. The generator is deterministic on
 * every machine.
 */
public final class ShopLog {
  /** 2026-01-01T00:00:00Z. */
  private static final long OPENING = 1_767_225_600;

  private static final long DAY = 86_400;
  private static final double MEAN_VISITS = 7.5;
  private static final double RETURNED = 0.02;
  private static final double ANONYMOUS = 0.03;
  private static final double SECOND_PIECE = 0.1;

  private record Event(int user, int session, int item, long time, int quantity) {}

  private static final int NOBODY = -1;

  private ShopLog() {}

  /**
   * Writes a log to a file, which is replaced if it exists.
   *
   * @param file the file
   * @param options the size of the shop and the seed
   * @return the number of rows, without the header
   * @throws IOException if writing fails
   */
  public static long write(Path file, ShopOptions options) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
      return write(out, options);
    }
  }

  /**
   * Writes a log.
   *
   * @param out receives the log; not closed
   * @param options the size of the shop and the seed
   * @return the number of rows, without the header
   * @throws IOException if writing fails
   */
  public static long write(Writer out, ShopOptions options) throws IOException {
    SplittableRandom random = new SplittableRandom(options.seed());
    Assortment assortment = new Assortment(options.items(), random.split());
    List<Event> events = events(assortment, options, random);
    events.sort(Comparator.comparingLong(Event::time)); // Stable: equal times stay in order.
    String[] columns = new String[assortment.items()];
    for (int item = 0; item < columns.length; item++) {
      int cents = assortment.cents(item);
      String category = assortment.categoryName(assortment.category(item));
      columns[item] = String.format(Locale.ROOT, "%s,%d.%02d", category, cents / 100, cents % 100);
    }
    out.write("user,session,item,time,category,price,quantity\n");
    for (Event event : events) {
      String user = event.user == NOBODY ? "" : Integer.toString(event.user + 1);
      out.write(user + "," + (event.session + 1) + "," + assortment.key(event.item) + ",");
      out.write(event.time + "," + columns[event.item] + "," + event.quantity + "\n");
    }
    return events.size();
  }

  private static List<Event> events(
      Assortment assortment, ShopOptions options, SplittableRandom random) {
    Zipf categories = new Zipf(assortment.categories(), 0.6);
    List<Event> events = new ArrayList<>();
    long open = options.days() * DAY;
    int session = 0;
    for (int user = 0; user < options.users(); user++) {
      RandomGenerator own = random.split();
      Shopper shopper = new Shopper(assortment, categories, own);
      // Exponential with the mean, at least one: most users come a few times, some very often.
      int visits = 1 + (int) (-(MEAN_VISITS - 0.5) * StrictMath.log(1 - own.nextDouble()));
      long[] starts = own.longs(visits, 0, open).sorted().toArray();
      long end = 0;
      for (long start : starts) {
        long[] clock = {OPENING + Math.max(start, end)};
        int number = session++;
        int owner = user;
        shopper.visit(
            item -> {
              int quantity = own.nextDouble() < SECOND_PIECE ? 2 : 1;
              events.add(new Event(owner, number, item, clock[0], quantity));
              if (own.nextDouble() < RETURNED) {
                events.add(new Event(owner, number, item, clock[0] + DAY, -quantity));
              }
              if (own.nextDouble() < ANONYMOUS) {
                int other = assortment.drawPopular(own);
                events.add(new Event(NOBODY, number, other, clock[0], 1));
              }
              clock[0] += 10 + own.nextInt(110);
            });
        end = clock[0] - OPENING + 3_600; // Visits do not overlap.
      }
    }
    return events;
  }
}
