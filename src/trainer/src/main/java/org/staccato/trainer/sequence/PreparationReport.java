package org.staccato.trainer.sequence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.staccato.trainer.log.DropCounts;
import org.staccato.trainer.log.DropReason;

/**
 * The counts of events that were read, kept and left out in the preparation of a log. {@code rows}
 * is always {@code log.events() + dropped.total()}.
 *
 * @param rows the events of the log, before anything was left out
 * @param dropped the events that were left out
 * @param log the size of all parts together
 * @param train the size of the training part
 * @param validationCases the number of targets of the validation part
 * @param testCases the number of targets of the test part
 */
public record PreparationReport(
    long rows, DropCounts dropped, Size log, Size train, long validationCases, long testCases) {

  /**
   * The size of a set of sequences.
   *
   * @param users the number of users
   * @param sequences the number of sequences
   * @param items the number of distinct items
   * @param events the number of events
   * @param density the share of pairs of a sequence and an item that occur among all pairs
   * @param medianLength the median number of events of a sequence
   */
  public record Size(
      int users, int sequences, int items, long events, double density, double medianLength) {

    /** Measures sequences over one catalogue. */
    static Size of(int users, Sequences... parts) {
      int items = parts[0].items();
      int count = 0;
      long events = 0;
      for (Sequences part : parts) {
        count += part.count();
        events += part.events();
      }
      int[] lengths = new int[count];
      int[] lastSequence = new int[items];
      Arrays.fill(lastSequence, -1);
      long pairs = 0;
      int distinct = 0;
      int sequence = 0;
      for (Sequences part : parts) {
        for (int i = 0; i < part.count(); i++, sequence++) {
          lengths[sequence] = part.length(i);
          for (int position = 0; position < part.length(i); position++) {
            int item = part.item(i, position);
            distinct += lastSequence[item] == -1 ? 1 : 0;
            pairs += lastSequence[item] == sequence ? 0 : 1;
            lastSequence[item] = sequence;
          }
        }
      }
      Arrays.sort(lengths);
      double median = count == 0 ? 0 : (lengths[(count - 1) / 2] + lengths[count / 2]) / 2.0;
      double density = count == 0 ? 0 : (double) pairs / count / items;
      return new Size(users, count, distinct, events, density, median);
    }
  }

  /** {@return the figures by name, in a stable order, with every drop reason} */
  public Map<String, Number> toMap() {
    Map<String, Number> map = new LinkedHashMap<>();
    map.put("rows", rows);
    for (DropReason reason : DropReason.values()) {
      String name = reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
      map.put("dropped." + name, dropped.of(reason));
    }
    put(map, "log", log);
    put(map, "train", train);
    map.put("validation.cases", validationCases);
    map.put("test.cases", testCases);
    return map;
  }

  /** {@return the report in lines for people, without reasons that dropped nothing} */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, "read        %,12d rows", rows));
    for (DropReason reason : DropReason.values()) {
      if (dropped.of(reason) > 0) {
        lines.add(
            String.format(
                Locale.ROOT, "dropped     %,12d %s", dropped.of(reason), reason.description()));
      }
      if (reason == DropReason.BROKEN) {
        dropped.broken().forEach(sentence -> lines.add("broken      " + sentence));
      }
    }
    lines.add(line("kept", log));
    lines.add(line("training", train));
    lines.add(String.format(Locale.ROOT, "validation  %,12d cases", validationCases));
    lines.add(String.format(Locale.ROOT, "test        %,12d cases", testCases));
    return lines;
  }

  private static void put(Map<String, Number> map, String part, Size size) {
    map.put(part + ".users", size.users);
    map.put(part + ".sequences", size.sequences);
    map.put(part + ".items", size.items);
    map.put(part + ".events", size.events);
    map.put(part + ".density", size.density);
    map.put(part + ".median-length", size.medianLength);
  }

  private static String line(String part, Size size) {
    return String.format(
        Locale.ROOT,
        "%-11s %,12d events of %,d users in %,d sequences (median length %s) over %,d items,"
            + " density %.3g%%",
        part,
        size.events,
        size.users,
        size.sequences,
        size.medianLength % 1 == 0
            ? Long.toString((long) size.medianLength)
            : Double.toString(size.medianLength),
        size.items,
        100 * size.density);
  }
}
