package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.staccato.cli.TrainingData.DescribedItems;
import org.staccato.trainer.feature.FeatureColumns;
import org.staccato.trainer.feature.ItemFeatures;
import org.staccato.trainer.learn.FeatureLearning;
import org.staccato.trainer.log.KeyedTable;
import org.staccato.trainer.log.LogSource;
import org.staccato.trainer.sequence.HeldOutItems;
import org.staccato.trainer.sequence.Split;
import picocli.CommandLine.Option;

/** The options of a table that describes the items of a training. */
final class ItemArguments extends Arguments {
  private static final String ITEM = "item";
  private static final String CATEGORIES = "categories";
  private static final String NUMBERS = "numbers";
  private static final String WORDS = "words";

  @Option(
      names = "--items",
      order = 400,
      paramLabel = "FILE",
      description =
          "A table that describes items, delimited and with a header, plain or gzip: the model"
              + " learns from it, and add-items can add new items to the model (default: none).")
  private @Nullable Path items;

  @Option(
      names = "--item-columns",
      order = 401,
      split = ",",
      paramLabel = "ROLE=NAME",
      description =
          "The columns of that table, several of a role separated by |: item, categories, numbers,"
              + " words; e.g. item=sku,categories=brand|genres,numbers=price,words=title (default:"
              + " item=item and no others).")
  private Map<String, String> columns = new LinkedHashMap<>();

  @Option(
      names = "--category-separator",
      order = 402,
      paramLabel = "TEXT",
      description = "The separator of several categories in a field (default: ${DEFAULT-VALUE}).")
  private String separator = "|";

  @Option(
      names = "--term-support",
      order = 403,
      paramLabel = "N",
      description =
          "Leave out categories and words that fewer items have (default: ${DEFAULT-VALUE}).")
  private int support = 2;

  @Option(
      names = "--item-dropout",
      order = 404,
      paramLabel = "P",
      description =
          "How often an item goes without its own part of its row, so that its features must stand"
              + " for it (default: ${DEFAULT-VALUE}).")
  private float dropout = FeatureLearning.USUAL_DROPOUT;

  @Option(
      names = "--hold-out-items",
      order = 405,
      paramLabel = "N%",
      description =
          "Keep a share of the described items out of the training, add them to the written model"
              + " as add-items does, and measure it on them (default: 0%%).")
  private String heldOut = "0%";

  /** {@return whether there is a table} */
  boolean given() {
    return items != null;
  }

  /** {@return whether items are held out of the training} */
  boolean holdsOut() {
    return share() > 0;
  }

  /** Rejects options that are wrong for any table, before a log is read. */
  void check() {
    if (items == null) {
      if (!columns.isEmpty()) {
        throw wrongUsage("--item-columns: found no table, expected --items FILE with it");
      }
      if (share() > 0) {
        throw wrongUsage("--hold-out-items: found no table, expected --items FILE with it");
      }
      return;
    }
    columns();
    share();
    if (!(dropout >= 0 && dropout < 1)) {
      throw wrongUsage("--item-dropout: found " + dropout + ", expected at least 0 and below 1");
    }
  }

  private FeatureColumns columns() {
    for (String role : columns.keySet()) {
      if (!Set.of(ITEM, CATEGORIES, NUMBERS, WORDS).contains(role)) {
        throw wrongUsage(
            "--item-columns: found the role '"
                + role
                + "', expected item, categories, numbers or words");
      }
    }
    try {
      return new FeatureColumns(
          columns.getOrDefault(ITEM, ITEM),
          names(CATEGORIES),
          names(NUMBERS),
          names(WORDS),
          separator,
          support);
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage("--item-columns: " + mistake.getMessage());
    }
  }

  private List<String> names(String role) {
    String names = columns.getOrDefault(role, "");
    return names.isBlank() ? List.of() : List.of(names.split("\\|", -1));
  }

  private double share() {
    String text = heldOut.strip();
    try {
      double share = Double.parseDouble(text.replaceFirst("%$", "")) / 100;
      if (text.endsWith("%") && share >= 0 && share < 1) {
        return share;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a share out of range.
    }
    throw wrongUsage(
        "--hold-out-items: found '" + heldOut + "', expected a share from 0% to below 100%");
  }

  /**
   * {@return the data of a training, with what the table says of the items}
   *
   * @param seed selects the items that are held out
   */
  TrainingData over(LogSplit source, Split whole, long seed, Console console) throws IOException {
    if (items == null) {
      return new TrainingData(source, whole, null);
    }
    FeatureColumns named = columns();
    KeyedTable table = KeyedTable.read(LogSource.of(items), named.item());
    ItemFeatures all = ItemFeatures.of(table, named, whole.items());
    HeldOutItems held =
        share() > 0 ? HeldOutItems.of(whole, share(), seed, all::isDescribed) : null;
    Split split = held == null ? whole : held.learnt();
    ItemFeatures features = held == null ? all : ItemFeatures.of(table, named, split.items());
    console.remark(
        "items: %s of %s are described, by %s features"
            .formatted(
                Figures.count(features.described()),
                Figures.count(features.items()),
                Figures.count(features.features())));
    if (held != null) {
      console.remark("held out: " + Figures.count(held.held()) + " items, to be added afterwards");
    }
    FeatureLearning learning = new FeatureLearning(features, dropout);
    return new TrainingData(source, split, new DescribedItems(table, learning, held));
  }
}
