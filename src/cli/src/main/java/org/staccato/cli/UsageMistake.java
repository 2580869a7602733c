package org.staccato.cli;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Describes a mistake in a command line to the user. */
final class UsageMistake {
  private UsageMistake() {}

  /** {@return one sentence, with a suggestion where a known word is similar} */
  static String sentence(ParameterException mistake) {
    CommandLine command = mistake.getCommandLine();
    List<String> unmatched = command.getUnmatchedArguments();
    for (String word : unmatched) {
      if (word.startsWith("-") && word.length() > 1) {
        // If a parameter is missing as well, it is often the word after the wrong option.
        return "unknown option " + quote(word) + suggestion(word, options(command));
      }
    }
    String word =
        mistake instanceof UnmatchedArgumentException ? unmatched.getFirst() : unknownVerb(mistake);
    if (word == null) {
      return Failure.oneSentence(mistake.getMessage());
    }
    Collection<String> verbs = command.getSubcommands().keySet();
    return verbs.isEmpty()
        ? "found " + quote(word) + ", expected no further argument"
        : "found the verb "
            + quote(word)
            + ", expected one of "
            + String.join(", ", verbs)
            + suggestion(word, verbs);
  }

  /**
   * Returns the word after {@code help} that is not a verb, or null if the mistake is another one.
   */
  private static @Nullable String unknownVerb(ParameterException mistake) {
    return mistake.getCommandLine().getSubcommands().isEmpty() || mistake.getArgSpec() != null
        ? null
        : mistake.getValue();
  }

  private static Collection<String> options(CommandLine command) {
    Collection<String> names = new TreeSet<>(command.getCommandSpec().optionsMap().keySet());
    names.addAll(command.getCommandSpec().negatedOptionsMap().keySet());
    return names;
  }

  private static String suggestion(String word, Collection<String> known) {
    return closest(word, known).map(meant -> "; did you mean " + quote(meant) + "?").orElse("");
  }

  private static String quote(String word) {
    return "'" + word + "'";
  }

  /**
   * {@return the word that the user probably meant: the closest one if at most a third of its
   * letters differ, or else the only one that begins with the given word}
   */
  static Optional<String> closest(String word, Collection<String> known) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String each : known) {
      int distance = distance(word, each);
      if (distance < least) {
        best = each;
        least = distance;
      }
    }
    if (least <= Math.max(1, Math.max(word.length(), best.length()) / 3)) {
      return Optional.of(best);
    }
    List<String> longer = known.stream().filter(each -> each.startsWith(word)).toList();
    return longer.size() == 1 ? Optional.of(longer.getFirst()) : Optional.empty();
  }

  /**
   * Returns the least number of letters to insert, delete, replace, or swap with their neighbour to
   * turn one word into another (optimal string alignment distance).
   */
  private static int distance(String from, String to) {
    int[][] distance = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          distance[i][j] = i + j;
          continue;
        }
        boolean equal = from.charAt(i - 1) == to.charAt(j - 1);
        int least = Math.min(distance[i - 1][j], distance[i][j - 1]) + 1;
        least = Math.min(least, distance[i - 1][j - 1] + (equal ? 0 : 1));
        if (i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1)) {
          least = Math.min(least, distance[i - 2][j - 2] + 1);
        }
        distance[i][j] = least;
      }
    }
    return distance[from.length()][to.length()];
  }
}
