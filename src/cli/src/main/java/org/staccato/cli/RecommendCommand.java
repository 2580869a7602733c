package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.Diversity;
import org.staccato.ItemFilter;
import org.staccato.ItemSet;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.model.Event;
import org.staccato.trainer.log.LogSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Recommends items to one user. */
@Command(
    name = "recommend",
    sortOptions = false,
    description = {
      "Recommends items after a history: keys of items, the oldest first, or a user's events in a"
          + " log.",
      "An empty history asks for recommendations to a new user."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  staccato recommend shop.safetensors --history 1042,17,993 -k 5",
      "  staccato recommend shop.safetensors clicks.csv --user alice --deny @sold-out.txt"
    })
final class RecommendCommand extends Verb {
  @Parameters(index = "0", paramLabel = "MODEL", description = "The weight file.")
  private Path model = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "LOG",
      arity = "0..*",
      description = "With --user: the files of the log; - is standard input.")
  private List<LogSource> logs = List.of();

  @Option(
      names = "--history",
      order = 1,
      paramLabel = "KEY,…|@FILE",
      description =
          "Keys of items, the oldest first, each with =VALUE where the model takes the value or the type"
              + " of an event. A key with a comma is quoted as in CSV; a file has one key a line (no"
              + " default: this or --user).")
  private @Nullable String history;

  @Option(
      names = "--user",
      order = 2,
      paramLabel = "KEY",
      description =
          "Take the history of this user of the log; unknown items are skipped (no default: this or"
              + " --history).")
  private @Nullable String user;

  @Option(
      names = {"-k", "--count"},
      order = 3,
      paramLabel = "K",
      description = "Number of items to recommend (default: ${DEFAULT-VALUE}).")
  private int count = 10;

  @Option(
      names = "--exclude-seen",
      order = 4,
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Do not recommend items of the history (default: yes).")
  private boolean excludeSeen = true;

  @Option(
      names = "--allow",
      order = 5,
      paramLabel = "KEY,…|@FILE",
      description = "Recommend only these (default: all items).")
  private @Nullable String allow;

  @Option(
      names = "--deny",
      order = 6,
      paramLabel = "KEY,…|@FILE",
      description =
          "Do not recommend these; keys that the model does not know are ignored (default: none).")
  private @Nullable String deny;

  @Option(
      names = "--skip-unknown",
      order = 7,
      description = "Skip items of the history that the model does not know.")
  private boolean skipUnknown;

  @Option(
      names = "--diversity",
      order = 8,
      paramLabel = "L",
      description =
          "Make the list diverse by maximal marginal relevance over the best hundred: the weight of"
              + " relevance, from 0 for items that differ most to 1 (default: 1, the order of the"
              + " scores).")
  private float diversity = 1;

  @Mixin private LogArguments logArguments = new LogArguments();

  RecommendCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws IOException {
    if (count < 1) {
      throw wrongUsage("-k: found " + count + ", expected at least 1");
    }
    if (!(diversity >= 0 && diversity <= 1)) {
      throw wrongUsage("--diversity: found " + diversity + ", expected 0 to 1");
    }
    if ((history == null) == (user == null)) {
      throw wrongUsage("give either --history KEY,… or --user KEY with a log");
    }
    if ((user == null) != logs.isEmpty()) {
      throw wrongUsage("--user needs a log to look in, and a log needs --user");
    }
    try (LiveModel live = LiveModel.open(model)) {
      ItemKeys keys = live.itemKeys();
      EventHistory events =
          user == null
              ? EventHistory.of(model, live, String.valueOf(history))
              : EventHistory.ofUser(live, logs, logArguments, user);
      List<String> given = events.keys();
      List<String> unknown = events.unknown();
      if (!skipUnknown && user == null) {
        EventHistory.requireKnown(model, unknown, " (--skip-unknown skips them)");
      }
      Ranked ranked = rank(live, events);
      if (json) {
        console.json(object(live, given, unknown, ranked));
      } else {
        print(keys, given, unknown, ranked);
      }
    }
  }

  private Ranked rank(LiveModel live, EventHistory events) throws IOException {
    Scorer scorer = live.newScorer();
    UserState state = events.stateOf(scorer);
    ItemSet seen = new ItemSet(live.version());
    for (Event event : events.events()) {
      if (event.item() >= 0) {
        seen.add(event.item());
      }
    }
    ItemFilter filter = ItemFilter.NONE;
    if (excludeSeen) {
      filter = filter.withSeen(seen);
    }
    if (allow != null) {
      filter = filter.withAllow(set(live, allow));
    }
    if (deny != null) {
      filter = filter.withDeny(set(live, deny));
    }
    int listed = Math.min(count, live.itemKeys().size());
    Ranked ranked = new Ranked(listed);
    if (diversity < 1) {
      int candidates = Math.max(listed, Diversity.USUAL_CANDIDATES);
      scorer.topK(state, listed, filter, new Diversity(diversity, candidates), ranked);
    } else {
      scorer.topK(state, listed, filter, ranked);
    }
    return ranked;
  }

  private static ItemSet set(LiveModel live, String given) throws IOException {
    ItemSet set = new ItemSet(live.version());
    for (String key : KeyList.of(given)) {
      int item = live.itemKeys().indexOf(key);
      if (item >= 0) {
        set.add(item);
      }
    }
    return set;
  }

  private Map<String, Object> object(
      LiveModel live, List<String> given, List<String> unknown, Ranked ranked) {
    List<Map<String, Object>> recommendations = new ArrayList<>();
    for (int i = 0; i < ranked.size(); i++) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("rank", i + 1);
      each.put("item", live.itemKeys().text(ranked.item(i)));
      each.put("score", ranked.score(i));
      recommendations.add(each);
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("model", model.toString());
    object.put("digest", live.version().digest());
    object.put("history", given);
    object.put("unknown", unknown);
    object.put("recommendations", recommendations);
    return object;
  }

  private void print(ItemKeys keys, List<String> given, List<String> unknown, Ranked ranked) {
    console.remark(
        "after "
            + Figures.count(given.size() - unknown.size())
            + " events"
            + (unknown.isEmpty() ? "" : ", " + Figures.count(unknown.size()) + " unknown skipped"));
    TextTable table = new TextTable("rank", "item", "score").left(1);
    for (int i = 0; i < ranked.size(); i++) {
      table.row(
          Integer.toString(i + 1),
          keys.text(ranked.item(i)),
          String.format(Locale.ROOT, "%.4f", ranked.score(i)));
    }
    table.print(console);
  }
}
