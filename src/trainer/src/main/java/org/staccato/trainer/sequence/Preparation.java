package org.staccato.trainer.sequence;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.staccato.trainer.log.DropCounts;
import org.staccato.trainer.log.DropReason;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.log.Keys;
import org.staccato.trainer.sequence.PreparationOptions.SequenceBy;
import org.staccato.trainer.sequence.PreparationOptions.SplitBy;

/**
 * Turns logs into a {@link Split}. Leaves out consecutive repeats, items under the support
 * threshold and short sequences repeatedly until nothing changes, because leaving out one kind can
 * create the others; the remaining events satisfy every threshold.
 *
 * <p>Deterministic: the same log and options give the same split.
 */
public final class Preparation {
  private static final long DAY = 86_400_000;

  private Preparation() {}

  /**
   * {@return the split of one log, by the last events of each sequence or by time}
   *
   * @param log the log
   * @param options the options of preparation and split
   * @throws UnusableLogException if the log lacks times or sessions that the options need, or the
   *     remaining events do not suffice to train, validate and test
   * @throws IllegalArgumentException if the options ask for given parts
   */
  public static Split split(EventLog log, PreparationOptions options) throws UnusableLogException {
    boolean temporal = options.splitBy() == SplitBy.TEMPORAL;
    if (options.splitBy() == SplitBy.GIVEN) {
      throw new IllegalArgumentException("split: found one log, expected three that are the parts");
    }
    Draft draft = draft(log, options);
    long testStart = temporal ? draft.lastTime() + 1 - options.days() * DAY : Long.MAX_VALUE;
    long validationStart = temporal ? testStart - options.days() * DAY : Long.MAX_VALUE;
    filter(draft, log.items().size(), options, validationStart);
    draft.orderByStart();

    SplitPart train = new SplitPart(draft.count);
    SplitPart validation = new SplitPart(draft.count);
    SplitPart test = new SplitPart(draft.count);
    for (int sequence = 0; sequence < draft.count; sequence++) {
      int length = draft.lengths[sequence];
      int heldOut = heldOut(length, options);
      boolean trainOnly = !temporal && length <= 2 * heldOut;
      int trainLength =
          trainOnly
              ? length
              : temporal ? draft.before(sequence, validationStart) : length - 2 * heldOut;
      int validationLength =
          trainOnly ? length : temporal ? draft.before(sequence, testStart) : length - heldOut;
      train.add(draft, sequence, 1, trainLength);
      validation.addCases(draft, sequence, trainLength, validationLength);
      test.addCases(draft, sequence, validationLength, length);
    }
    Catalogue catalogue = new Catalogue(log.items(), draft, train);
    catalogue.renumber(draft);
    int items = catalogue.size();
    SplitPart whole = SplitPart.whole(draft);
    EventColumns columns = EventColumns.of(log, draft, true);
    Sequences trainSequences = train.sequences(items, draft.items, columns);
    EvaluationCases validationCases =
        validation.cases(items, draft.items, columns, options.excludeSeen());
    EvaluationCases testCases = test.cases(items, draft.items, columns, options.excludeSeen());
    DropCounts dropped = log.dropped().plus(draft.dropped);
    requireEnough(trainSequences, validationCases, testCases, rows(log), dropped);
    PreparationReport report =
        new PreparationReport(
            rows(log),
            dropped,
            PreparationReport.Size.of(whole.users(), whole.sequences(items, draft.items, columns)),
            PreparationReport.Size.of(train.users(), trainSequences),
            validationCases.cases(),
            testCases.cases());
    return new Split(trainSequences, validationCases, testCases, catalogue.keys(), report);
  }

  /**
   * {@return a split whose parts are three logs}; the catalogue is that of the training log. Events
   * of other items are left out of the other two logs, whose sequences have no events of the
   * training log
   *
   * @param train the training log
   * @param validation the validation log, of which every prefix is a case
   * @param test the test log, of which every prefix is a case
   * @param options the options of preparation; those of the split are ignored
   * @throws UnusableLogException if a log lacks times or sessions that the options need, or the
   *     remaining events do not suffice to train, validate and test
   */
  public static Split split(
      EventLog train, EventLog validation, EventLog test, PreparationOptions options)
      throws UnusableLogException {
    Draft trainDraft = draft(train, options);
    filter(trainDraft, train.items().size(), options, Long.MAX_VALUE);
    trainDraft.orderByStart();
    SplitPart trainPart = SplitPart.whole(trainDraft);
    Catalogue catalogue = new Catalogue(train.items(), trainDraft, trainPart);
    catalogue.renumber(trainDraft);
    int items = catalogue.size();
    Sequences trainSequences =
        trainPart.sequences(items, trainDraft.items, EventColumns.of(train, trainDraft, true));
    Draft validationDraft = knownTo(catalogue.keys(), validation, options);
    Draft testDraft = knownTo(catalogue.keys(), test, options);
    EvaluationCases validationCases = cases(validation, validationDraft, items, options);
    EvaluationCases testCases = cases(test, testDraft, items, options);
    DropCounts dropped =
        train
            .dropped()
            .plus(validation.dropped())
            .plus(test.dropped())
            .plus(trainDraft.dropped)
            .plus(validationDraft.dropped)
            .plus(testDraft.dropped);
    long rows = rows(train) + rows(validation) + rows(test);
    requireEnough(trainSequences, validationCases, testCases, rows, dropped);
    Set<String> users = new HashSet<>();
    addUsers(trainDraft, train.users(), users);
    addUsers(validationDraft, validation.users(), users);
    addUsers(testDraft, test.users(), users);
    PreparationReport report =
        new PreparationReport(
            rows,
            dropped,
            PreparationReport.Size.of(
                users.size(), trainSequences, validationCases.sequences(), testCases.sequences()),
            PreparationReport.Size.of(trainPart.users(), trainSequences),
            validationCases.cases(),
            testCases.cases());
    return new Split(trainSequences, validationCases, testCases, catalogue.keys(), report);
  }

  /** Returns the number of the last events of a sequence in the test part of a split by user. */
  private static int heldOut(int length, PreparationOptions options) {
    return options.splitBy() == SplitBy.LAST_SHARE
        ? (int) Math.max(1, Math.round(options.share() * length))
        : 1;
  }

  /** Makes a case of every prefix of a separate log. */
  private static EvaluationCases cases(
      EventLog log, Draft draft, int items, PreparationOptions options) {
    return SplitPart.whole(draft)
        .cases(items, draft.items, EventColumns.of(log, draft, false), options.excludeSeen());
  }

  /**
   * {@return the sequences of a whole log over a given catalogue} Events of other items are left
   * out.
   *
   * @param log the log
   * @param catalogue the keys of the catalogue, by index
   * @param options the options of preparation; those of the split are ignored
   * @throws UnusableLogException if the log lacks times or sessions that the options need, or
   *     nothing remains of it
   */
  public static Sequences sequences(EventLog log, Keys catalogue, PreparationOptions options)
      throws UnusableLogException {
    Draft draft = knownTo(catalogue, log, options.withSplitBy(SplitBy.GIVEN));
    if (draft.count == 0) {
      throw new UnusableLogException(
          "nothing is left of the log: "
              + rows(log)
              + " rows read, "
              + log.dropped().plus(draft.dropped));
    }
    return SplitPart.whole(draft).sequences(catalogue.size(), draft.items, EventColumns.NONE);
  }

  private static long rows(EventLog log) {
    return log.size() + log.dropped().total();
  }

  private static void addUsers(Draft draft, Keys keys, Set<String> users) {
    for (int sequence = 0; sequence < draft.count; sequence++) {
      users.add(keys.text(draft.users[sequence]));
    }
  }

  private static Draft draft(EventLog log, PreparationOptions options) throws UnusableLogException {
    boolean window = options.filter().hasWindow();
    boolean temporal = options.splitBy() == SplitBy.TEMPORAL;
    boolean gap = options.sequenceBy() == SequenceBy.GAP;
    if (!log.hasTimes() && (window || temporal || gap)) {
      throw new UnusableLogException(
          "the log has no times, which "
              + (temporal ? "a temporal split" : window ? "a time window" : "a gap")
              + " needs");
    }
    if (!log.hasSessions() && options.sequenceBy() == SequenceBy.SESSION) {
      throw new UnusableLogException(
          "the log has no session column, which sequences by session need");
    }
    return Draft.of(log, options);
  }

  /** Filters until every threshold is satisfied; only events before a time count as support. */
  private static void filter(
      Draft draft, int items, PreparationOptions options, long countedBefore) {
    int[] support = new int[items];
    boolean changed = true;
    while (changed) {
      changed = options.filter().dropRepeats() && draft.filterRepeats();
      Arrays.fill(support, 0);
      for (int event = 0; event < draft.events; event++) {
        support[draft.items[event]] += draft.times[event] < countedBefore ? 1 : 0;
      }
      changed |= draft.filterItems(DropReason.UNKNOWN_ITEM, support, 0, 1);
      changed |=
          draft.filterItems(DropReason.RARE_ITEM, support, 1, options.filter().minimumSupport());
      changed |= draft.filterShort(options.filter().minimumLength());
    }
  }

  /** Reduces a validation or test log to the items of a catalogue and renumbers them. */
  private static Draft knownTo(Keys catalogue, EventLog log, PreparationOptions options)
      throws UnusableLogException {
    Draft draft = draft(log, options);
    Map<String, Integer> indices = HashMap.newHashMap(catalogue.size());
    for (int index = 0; index < catalogue.size(); index++) {
      indices.put(catalogue.text(index), index);
    }
    int[] known = new int[log.items().size()];
    int[] renumbered = new int[known.length];
    for (int item = 0; item < known.length; item++) {
      Integer index = indices.get(log.items().text(item));
      known[item] = index == null ? 0 : 1;
      renumbered[item] = index == null ? Catalogue.UNKNOWN : index;
    }
    draft.filterItems(DropReason.UNKNOWN_ITEM, known, 0, 1);
    if (options.filter().dropRepeats()) {
      draft.filterRepeats();
    }
    draft.filterShort(options.filter().minimumLength());
    draft.orderByStart();
    for (int event = 0; event < draft.events; event++) {
      draft.items[event] = renumbered[draft.items[event]];
    }
    return draft;
  }

  private static void requireEnough(
      Sequences train,
      EvaluationCases validation,
      EvaluationCases test,
      long rows,
      DropCounts dropped)
      throws UnusableLogException {
    boolean trainable = false;
    for (int sequence = 0; sequence < train.count() && !trainable; sequence++) {
      trainable = train.length(sequence) > 1;
    }
    String lack =
        !trainable
            ? "no training sequence of two events or more"
            : validation.cases() == 0
                ? "nothing to predict in the validation part"
                : test.cases() == 0 ? "nothing to predict in the test part" : "";
    if (!lack.isEmpty()) {
      throw new UnusableLogException(
          "too little is left of the log, "
              + lack
              + ": "
              + rows
              + " rows read, "
              + dropped
              + ", "
              + train.events()
              + " events in "
              + train.count()
              + " training sequences");
    }
  }
}
