package org.staccato.trainer.baseline;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.staccato.trainer.evaluate.NextItemModel;
import org.staccato.trainer.sequence.Sequences;

/** The models that learned models are compared with in reports. */
public enum Baseline {
  /** Training events of each item. */
  POPULARITY("popularity", "training events of each item"),
  /** Items that directly followed the last one. */
  MARKOV("markov", "how often an item directly followed the last one"),
  /** Items that followed the last one within 5 events. */
  RULES("rules", "how often an item followed the last one within a few events, near ones more"),
  /** Items that stand in the same sequences as the last ones: 100 neighbours, 5 events. */
  ITEM_KNN(
      "item-knn",
      "how similar the training sequences of an item are to those of the last five events"),
  /** Items of the recent sequences that are most similar to the last 4 events. */
  VMIS_KNN(
      "vmis-knn", "items of the recent training sequences that are most like the last four events");

  private final String label;
  private final String meaning;

  Baseline(String label, String meaning) {
    this.label = label;
    this.meaning = meaning;
  }

  /**
   * {@return the baseline with a label}
   *
   * @param label the label, in any case
   * @throws IllegalArgumentException if there is none
   */
  public static Baseline of(String label) {
    String wanted = label.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(each -> each.label.equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "baseline: found '"
                        + label
                        + "', expected one of "
                        + Arrays.stream(values())
                            .map(Baseline::label)
                            .collect(Collectors.joining(", "))));
  }

  /** {@return popularity, Markov chain and sequential rules, in this order} */
  public static List<Baseline> usual() {
    return List.of(POPULARITY, MARKOV, RULES);
  }

  /** {@return the name by which the baseline is chosen} */
  public String label() {
    return label;
  }

  /** {@return the meaning of its scores, as a phrase} */
  public String meaning() {
    return meaning;
  }

  /**
   * {@return the baseline, learnt}
   *
   * @param train the training part
   */
  public NextItemModel learn(Sequences train) {
    return switch (this) {
      case POPULARITY -> new Popularity(train);
      case MARKOV -> new MarkovChain(train);
      case RULES -> new SequentialRules(train, 5);
      case ITEM_KNN -> new ItemKnn(train, 100, 5);
      case VMIS_KNN -> new SessionKnn(train, SessionKnn.Options.usual());
    };
  }
}
