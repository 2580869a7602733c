package org.staccato.cli;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.staccato.trainer.log.LogSource;
import org.staccato.trainer.sequence.PreparationOptions;
import org.staccato.trainer.sequence.PreparationOptions.SequenceBy;
import org.staccato.trainer.sequence.PreparationOptions.SplitBy;
import picocli.CommandLine.Option;

/** The options of cleaning and splitting a log. An absent option changes nothing. */
final class PreparationArguments extends Arguments {
  /** The ways to split a log, as the command line names them. */
  enum SplitChoice {
    LEAVE_ONE_OUT(SplitBy.LEAVE_ONE_OUT),
    LAST_SHARE(SplitBy.LAST_SHARE),
    TEMPORAL(SplitBy.TEMPORAL),
    FILES(SplitBy.GIVEN);

    private final SplitBy splitBy;

    SplitChoice(SplitBy splitBy) {
      this.splitBy = splitBy;
    }
  }

  @Option(
      names = "--split",
      order = 200,
      paramLabel = "HOW",
      description =
          "leave-one-out: test on each user's last event, validate on the one before it; last-share:"
              + " test on the last tenth of each user's events, see --test-share; temporal:"
              + " test and validate on the last days; files: on separate logs, given by"
              + " --validation and --test (default: files if these are given, temporal for gru4rec"
              + " and online-retail,"
              + " leave-one-out for all others).")
  private @Nullable SplitChoice split;

  @Option(
      names = "--test-days",
      order = 201,
      paramLabel = "N",
      description =
          "Length of the test part and of the validation part of a temporal split (default: 1; 30 for"
              + " online-retail).")
  private @Nullable Integer testDays;

  @Option(
      names = "--test-share",
      order = 201,
      paramLabel = "N%",
      description =
          "Share of each user's events in the test part and in the validation part of a split by"
              + " last-share (default: 10%%).")
  private @Nullable String testShare;

  @Option(
      names = "--validation",
      order = 202,
      paramLabel = "FILE",
      description = "The validation log, of the same layout (default: none).")
  private @Nullable LogSource validation;

  @Option(
      names = "--test",
      order = 203,
      paramLabel = "FILE",
      description = "The test log, of the same layout (default: none).")
  private @Nullable LogSource test;

  @Option(
      names = "--sequences-by",
      order = 204,
      paramLabel = "WHAT",
      description = "Make sequences by user, session, or gap, see --session-gap (default: user).")
  private @Nullable SequenceBy sequencesBy;

  @Option(
      names = "--session-gap",
      order = 205,
      paramLabel = "MINUTES",
      description =
          "Start a new sequence after a longer pause of a user (default: 30 with --sequences-by gap).")
  private @Nullable Long gapMinutes;

  @Option(
      names = "--from",
      order = 206,
      paramLabel = "INSTANT",
      description = "Leave out earlier events; e.g. 2026-01-31T00:00:00Z (default: none).")
  private @Nullable Instant from;

  @Option(
      names = "--to",
      order = 207,
      paramLabel = "INSTANT",
      description = "Leave out events at or after this (default: none).")
  private @Nullable Instant to;

  @Option(
      names = "--drop-repeats",
      order = 208,
      negatable = true,
      description =
          "Leave out an event that repeats the item just before it (default: for online-retail only).")
  private @Nullable Boolean dropRepeats;

  @Option(
      names = "--minimum-support",
      order = 209,
      paramLabel = "N",
      description = "Leave out items with fewer events (default: 1).")
  private @Nullable Integer minimumSupport;

  @Option(
      names = "--minimum-length",
      order = 210,
      paramLabel = "N",
      description = "Leave out sequences with fewer events (default: 1).")
  private @Nullable Integer minimumLength;

  @Option(
      names = "--exclude-seen",
      order = 211,
      negatable = true,
      description =
          "When measuring, leave the items of a sequence out of its rankings, for example because"
              + " few people watch a film twice (default: for movielens only).")
  private @Nullable Boolean excludeSeen;

  /** {@return the validation log, or null if none was given} */
  @Nullable LogSource validation() {
    return validation;
  }

  /** {@return the test log, or null if none was given} */
  @Nullable LogSource test() {
    return test;
  }

  /** {@return the default options of a preset} */
  static PreparationOptions usualFor(String preset) {
    return switch (preset) {
      case "gru4rec" -> PreparationOptions.temporal(1);
      case "online-retail" -> PreparationOptions.temporal(30).withDropRepeats(true);
      case "movielens" -> PreparationOptions.leaveOneOut().withExcludeSeen(true);
      default -> PreparationOptions.leaveOneOut();
    };
  }

  /** {@return preparation options, changed by those of the command line} */
  PreparationOptions over(PreparationOptions given) {
    try {
      return apply(given);
    } catch (IllegalArgumentException mistake) {
      throw wrongUsage(Failure.oneSentence(mistake.getMessage()));
    }
  }

  private PreparationOptions apply(PreparationOptions given) {
    PreparationOptions result = given;
    if (split != null) {
      result = result.withSplitBy(split.splitBy);
    } else if (validation != null || test != null) {
      result = result.withSplitBy(SplitBy.GIVEN);
    } else if (testDays != null) {
      result = result.withSplitBy(SplitBy.TEMPORAL);
    }
    if (testDays != null) {
      result = result.withDays(testDays);
    }
    if (testShare != null) {
      result = result.withSplitBy(SplitBy.LAST_SHARE).withShare(share(testShare));
    }
    if (gapMinutes != null) {
      result = result.withGap(Duration.ofMinutes(gapMinutes));
    }
    if (sequencesBy != null) {
      result = result.withSequenceBy(sequencesBy);
    }
    if (from != null || to != null) {
      result = result.withWindow(from, to);
    }
    if (dropRepeats != null) {
      result = result.withDropRepeats(dropRepeats);
    }
    if (minimumSupport != null) {
      result = result.withMinimumSupport(minimumSupport);
    }
    if (minimumLength != null) {
      result = result.withMinimumLength(minimumLength);
    }
    if (excludeSeen != null) {
      result = result.withExcludeSeen(excludeSeen);
    }
    checkFiles(result.splitBy());
    return result;
  }

  private double share(String text) {
    try {
      return Double.parseDouble(text.replace("%", "")) / 100;
    } catch (NumberFormatException e) {
      throw wrongUsage("--test-share: found '" + text + "', expected a share such as 10%");
    }
  }

  private void checkFiles(SplitBy splitBy) {
    boolean both = validation != null && test != null;
    if (splitBy == SplitBy.GIVEN && !both) {
      throw wrongUsage("--split files needs both --validation FILE and --test FILE");
    }
    if (splitBy != SplitBy.GIVEN && (validation != null || test != null)) {
      throw wrongUsage("--validation and --test belong to --split files");
    }
  }
}
