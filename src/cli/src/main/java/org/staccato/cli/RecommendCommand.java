package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.staccato.Diversity;
import org.staccato.ItemFilter;
import org.staccato.ItemSet;
import org.staccato.LiveModel;
import org.staccato.Ranked;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogReader;
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
  private static final int NAMED = 5;

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
          "Keys of items, the oldest first. A key with a comma is quoted as in CSV; a file has one"
              + " key a line (no default: this or --user).")
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
      List<String> given = history == null ? historyOf(live) : KeyList.of(history);
      List<String> unknown = new ArrayList<>();
      List<Integer> items = known(keys, given, unknown);
      if (!unknown.isEmpty() && !skipUnknown && user == null) {
        throw new BadInputException(
            model
                + ": does not know "
                + (unknown.size() == 1 ? "the item " : unknown.size() + " of the items: ")
                + String.join(", ", unknown.subList(0, Math.min(NAMED, unknown.size())))
                + (unknown.size() > NAMED ? ", …" : "")
                + " (--skip-unknown skips them)");
      }
      Ranked ranked = rank(live, items);
      if (json) {
        console.json(object(live, given, unknown, ranked));
      } else {
        print(keys, given, unknown, ranked);
      }
    }
  }

  private Ranked rank(LiveModel live, List<Integer> items) throws IOException {
    Scorer scorer = live.newScorer();
    UserState state = scorer.newState();
    ItemSet seen = new ItemSet(live.version());
    for (int item : items) {
      scorer.step(state, item);
      seen.add(item);
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

  /** Returns the keys of the user's events, oldest first. */
  private List<String> historyOf(LiveModel live) throws IOException {
    LogFormat format =
        logArguments.over(LogFormat.fromMap(Provenance.recipe(live.version().metadata())));
    EventLog log = LogReader.read(logs, format);
    int index = log.users().texts().indexOf(user);
    if (index < 0) {
      throw new BadInputException(logs.getFirst().name() + ": there is no user " + user);
    }
    return IntStream.range(0, log.size())
        .filter(event -> log.user(event) == index)
        .boxed()
        .sorted(Comparator.comparingLong(log::time))
        .map(event -> log.items().text(log.item(event)))
        .toList();
  }

  private static List<Integer> known(ItemKeys keys, List<String> given, List<String> unknown) {
    List<Integer> items = new ArrayList<>();
    for (String key : given) {
      int item = keys.indexOf(key);
      if (item < 0) {
        unknown.add(key);
      } else {
        items.add(item);
      }
    }
    return items;
  }

  private static ItemSet set(LiveModel live, String given) throws IOException {
    ItemSet set = new ItemSet(live.version());
    known(live.itemKeys(), KeyList.of(given), new ArrayList<>()).forEach(set::add);
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
