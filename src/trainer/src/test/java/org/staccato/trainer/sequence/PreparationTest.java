package org.staccato.trainer.sequence;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.staccato.testkit.RandomSeed;
import org.staccato.trainer.log.DropReason;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.sequence.PreparationOptions.SequenceBy;

class PreparationTest {
  private static final PreparationOptions LEAVE_ONE_OUT = PreparationOptions.leaveOneOut();

  /** Makes a log of {@code user:item@day} words; a session is written as {@code user/session}. */
  private static EventLog log(String... words) {
    boolean times = words[0].contains("@");
    EventLog.Builder log = new EventLog.Builder(times, words[0].contains("/"));
    for (String word : words) {
      String[] parts = word.split("[:@]", -1);
      String[] who = parts[0].split("/", -1);
      long time = times ? (long) (Double.parseDouble(parts[2]) * 86_400_000) : 0;
      log.add(who[0], who.length > 1 ? who[1] : null, parts[1], time);
    }
    return log.build();
  }

  /** Makes a log without times, with one sequence per argument, whose characters are the items. */
  private static EventLog sequences(String... sequences) {
    EventLog.Builder log = new EventLog.Builder(false, false);
    for (int user = 0; user < sequences.length; user++) {
      for (char item : sequences[user].toCharArray()) {
        log.add(Integer.toString(user), null, String.valueOf(item), 0);
      }
    }
    return log.build();
  }

  private static String text(Split split, Sequences sequences) {
    List<String> texts = new ArrayList<>();
    for (int sequence = 0; sequence < sequences.count(); sequence++) {
      StringBuilder text = new StringBuilder();
      for (int item : sequences.toArray(sequence)) {
        text.append(split.items().text(item));
      }
      texts.add(text.toString());
    }
    return String.join(" ", texts);
  }

  /** Writes the sequences of cases, with a bar before the first target. */
  private static String text(Split split, EvaluationCases cases) {
    String[] texts = text(split, cases.sequences()).split(" ", -1);
    for (int sequence = 0; sequence < texts.length; sequence++) {
      int first = cases.firstTarget(sequence);
      texts[sequence] =
          texts[sequence].substring(0, first) + "|" + texts[sequence].substring(first);
    }
    return String.join(" ", texts);
  }

  @Test
  void leaveOneOutTestsOnTheLastEventAndValidatesOnTheOneBefore() throws Exception {
    Split split = Preparation.split(sequences("abcda", "bc", "cab"), LEAVE_ONE_OUT);
    assertEquals("abc bc c", text(split, split.train()));
    assertEquals("abc|d c|a", text(split, split.validation()));
    assertEquals("abcd|a ca|b", text(split, split.test()));
  }

  @Test
  void itemsAreNumberedByTrainingSupportThenByFirstAppearance() throws Exception {
    Split split = Preparation.split(sequences("abcxy", "cbzab"), LEAVE_ONE_OUT);
    assertEquals(List.of("b", "c", "a", "z", "x", "y"), split.items().texts());
  }

  @Test
  void temporalSplitReachesBackForPrefixesOnly() throws Exception {
    EventLog log =
        log(
            "u:a@0", "u:b@1", "u:a@8.5", "u:b@9.5", "u:a@9.7", // In all three parts.
            "v:a@2", "v:b@3", // Trains only.
            "w:b@9.4", "w:a@10"); // New in the test part: its first event has no prefix.
    Split split = Preparation.split(log, PreparationOptions.temporal(1));
    assertEquals("ab ab", text(split, split.train()));
    assertEquals("ab|a", text(split, split.validation()));
    assertEquals("aba|ba b|a", text(split, split.test()));
    assertEquals(3, split.report().testCases());
  }

  @Test
  void temporalSplitLeavesOutItemsThatTrainingDoesNotKnow() throws Exception {
    EventLog log = log("u:a@0", "u:b@1", "u:n@8.5", "u:a@8.6", "u:n@9.5", "u:b@10");
    Split split = Preparation.split(log, PreparationOptions.temporal(1));
    assertEquals("aba|b", text(split, split.test()));
    assertEquals(2, split.report().dropped().of(DropReason.UNKNOWN_ITEM));
    assertEquals(2, split.items().size());
  }

  @Test
  void sequencesAreOrderedByTheirFirstEventAndEqualTimesKeepTheLogsOrder() throws Exception {
    EventLog log =
        log("late:a@5", "late:b@6", "early:d@4", "early:c@4", "early:b@1", "late:a@7", "early:a@9");
    Split split = Preparation.split(log, LEAVE_ONE_OUT);
    assertEquals("bdc|a ab|a", text(split, split.test()));
  }

  @Test
  void aPauseStartsANewSequence() throws Exception {
    EventLog log =
        log("u:a@0", "u:b@0.01", "u:a@0.02", "u:b@3", "u:a@3.01", "u:b@3.02", "u:b@3.03");
    Split split = Preparation.split(log, LEAVE_ONE_OUT.withGap(Duration.ofDays(1)));
    assertEquals("ab|a bab|b", text(split, split.test()));
    assertEquals(1, split.report().log().users());
    assertEquals(2, split.report().log().sequences());
  }

  @Test
  void sessionsOfEqualNamesBelongToTheirUsers() throws Exception {
    EventLog log =
        log("u/1:a@0", "v/1:b@0", "u/1:b@1", "u/2:c@1", "v/1:a@1", "v/1:b@2", "v/1:a@3", "u/1:a@4");
    Split split = Preparation.split(log, LEAVE_ONE_OUT.withSequenceBy(SequenceBy.SESSION));
    assertEquals("a ba c", text(split, split.train()));
  }

  @Test
  void aWindowCutsBothEnds() throws Exception {
    EventLog log = log("u:a@0", "u:b@1", "u:a@2", "u:b@3", "u:a@4", "u:b@5", "u:a@6");
    PreparationOptions options =
        LEAVE_ONE_OUT.withWindow(
            Instant.ofEpochMilli(86_400_000), Instant.ofEpochMilli(5 * 86_400_000));
    Split split = Preparation.split(log, options);
    assertEquals("bab|a", text(split, split.test()));
    assertEquals(3, split.report().dropped().of(DropReason.OUTSIDE_WINDOW));
  }

  @Test
  void filtersRepeatUntilEveryThresholdHolds() throws Exception {
    // Removing the rare x makes aa a repeat; removing the repeat makes the second sequence too
    // short, and removing the sequence makes y rare.
    EventLog log = sequences("abcabc", "axay", "yb" + "caba");
    Split split =
        Preparation.split(
            log, LEAVE_ONE_OUT.withMinimumSupport(2).withMinimumLength(3).withDropRepeats(true));
    assertEquals("abca bca", text(split, split.train()));
    PreparationReport report = split.report();
    assertEquals(1, report.dropped().of(DropReason.REPEAT));
    assertEquals(2, report.dropped().of(DropReason.SHORT_SEQUENCE));
    assertEquals(2, report.dropped().of(DropReason.RARE_ITEM));
  }

  @Test
  void givenPartsShareTheCatalogueOfTraining() throws Exception {
    EventLog train = log("1:30@0", "1:10@1", "2:10@2", "2:30@3", "2:10@4");
    EventLog validation = log("7:30@1", "7:99@2", "7:10@3", "8:98@1");
    EventLog test = log("9:10@1", "9:30@2");
    Split split = Preparation.split(train, validation, test, PreparationOptions.given());
    assertEquals(List.of("10", "30"), split.items().texts());
    assertTrue(split.items().numeric());
    assertEquals("3010", text(split, split.validation().sequences()));
    assertEquals(1, split.validation().cases());
    assertEquals(2, split.report().dropped().of(DropReason.UNKNOWN_ITEM));
    assertEquals(4, split.report().log().users());
    assertArrayEquals(new int[] {0, 1}, split.test().sequences().toArray(0));
  }

  @Test
  void trainingAndValidationTogetherLeaveTheTestApart() throws Exception {
    Split last = Preparation.split(sequences("abcab", "bc", "ca"), LEAVE_ONE_OUT);
    assertEquals("abca bc ca", text(last, last.trainAndValidation()));
    EventLog log =
        log(
            "u:a@0", "u:b@1", "u:a@8.5", "u:b@9.5", // In all three parts.
            "v:a@2", "v:b@3", // Trains only.
            "w:b@8.4", "w:a@8.6", // Validates only.
            "x:b@9.4", "x:a@10"); // Tests only.
    Split days = Preparation.split(log, PreparationOptions.temporal(1));
    assertEquals("aba ab ba", text(days, days.trainAndValidation()));
    Split given =
        Preparation.split(
            sequences("abab"), sequences("ba"), sequences("ab"), PreparationOptions.given());
    assertEquals("abab ba", text(given, given.trainAndValidation()));
  }

  @Test
  void everyRowIsKeptOrDropped() throws Exception {
    long seed = RandomSeed.of(7);
    Random random = new Random(seed);
    for (int trial = 0; trial < 50; trial++) {
      EventLog.Builder log = new EventLog.Builder(true, true);
      for (int event = 0; event < 2000; event++) {
        String user = Integer.toString(random.nextInt(40));
        String session = Integer.toString(random.nextInt(3));
        String item = Integer.toString((int) Math.abs(random.nextGaussian() * 20));
        log.add(user, session, item, random.nextLong(40L * 86_400_000));
      }
      log.drop(DropReason.NO_USER);
      EventLog read = log.build();
      for (PreparationOptions base :
          List.of(LEAVE_ONE_OUT, PreparationOptions.temporal(1 + random.nextInt(5)))) {
        PreparationOptions options =
            base.withDropRepeats(random.nextBoolean())
                .withMinimumSupport(1 + random.nextInt(20))
                .withMinimumLength(1 + random.nextInt(10))
                .withSequenceBy(random.nextBoolean() ? SequenceBy.USER : SequenceBy.SESSION);
        Split split = Preparation.split(read, options);
        PreparationReport report = split.report();
        String where = "seed " + seed + ", trial " + trial + ": " + report;
        assertEquals(2001, report.rows(), where);
        assertEquals(2001, report.log().events() + report.dropped().total(), where);
        assertEquals(split.train().events(), report.train().events(), where);
        assertEquals(split.items().size(), report.log().items(), where);
        assertEquals(split.test().cases(), report.testCases(), where);
      }
    }
  }

  @Test
  void sizesAreThoseOfTheSequences() throws Exception {
    PreparationReport report =
        Preparation.split(sequences("abca", "ab", "c"), LEAVE_ONE_OUT).report();
    assertEquals(new PreparationReport.Size(3, 3, 3, 7, 6.0 / 9, 2), report.log());
    assertEquals(7L, report.toMap().get("rows"));
    assertEquals(
        "kept                   7 events of 3 users in 3 sequences (median length 2) over 3 items,"
            + " density 66.7%",
        report.lines().get(1));
  }

  @Test
  void aSequenceOfAHundredThousandEventsOfOneUserAndOneItemWorks() throws Exception {
    Split split = Preparation.split(sequences("a".repeat(100_000)), LEAVE_ONE_OUT);
    assertEquals(99_998, split.train().length(0));
    assertEquals(1, split.items().size());
  }

  @Test
  void sessionsOfOneEventAreRefusedWithASentence() {
    assertUnusable(
        "too little is left of the log, no training sequence of two events or more: 3 rows read,"
            + " nothing dropped, 3 events in 3 training sequences",
        sequences("a", "b", "a"),
        LEAVE_ONE_OUT);
  }

  @Test
  void aLogThatFiltersEmptyIsRefusedWithWhatRemovedIt() {
    assertUnusable(
        "too little is left of the log, no training sequence of two events or more: 6 rows read,"
            + " 6 events of items under the support threshold, 0 events in 0 training sequences",
        sequences("abc", "def"),
        LEAVE_ONE_OUT.withMinimumSupport(5));
  }

  @Test
  void aLogShorterThanItsPartsIsRefused() {
    assertUnusable(
        "too little is left of the log, no training sequence of two events or more: 3 rows read,"
            + " 3 validation and test events of items unknown in training, 0 events in 0 training"
            + " sequences",
        log("u:a@0", "u:b@1", "u:a@2"),
        PreparationOptions.temporal(30));
  }

  @Test
  void aPartWithoutCasesIsRefused() {
    assertUnusable(
        "too little is left of the log, nothing to predict in the validation part: 4 rows read,"
            + " nothing dropped, 2 events in 1 training sequences",
        log("u:a@0", "u:b@1", "u:a@9", "u:b@9.1"),
        PreparationOptions.temporal(1));
  }

  @Test
  void timesAndSessionsAreAskedForWhereTheyAreNeeded() {
    EventLog plain = sequences("abc");
    assertUnusable(
        "the log has no times, which a temporal split needs",
        plain,
        PreparationOptions.temporal(1));
    assertUnusable(
        "the log has no times, which a gap needs",
        plain,
        LEAVE_ONE_OUT.withGap(Duration.ofDays(1)));
    assertUnusable(
        "the log has no times, which a time window needs",
        plain,
        LEAVE_ONE_OUT.withWindow(Instant.EPOCH, null));
    assertUnusable(
        "the log has no session column, which sequences by session need",
        plain,
        LEAVE_ONE_OUT.withSequenceBy(SequenceBy.SESSION));
  }

  private static void assertUnusable(String message, EventLog log, PreparationOptions options) {
    assertEquals(
        message,
        assertThrows(UnusableLogException.class, () -> Preparation.split(log, options))
            .getMessage());
  }
}
