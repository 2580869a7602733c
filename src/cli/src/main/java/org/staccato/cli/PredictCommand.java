package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.model.Link;
import org.staccato.model.ModelSpecification;
import org.staccato.trainer.evaluate.ValueTask;
import org.staccato.trainer.log.LogSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Predicts a user's rating or click of given items. */
@Command(
    name = "predict",
    sortOptions = false,
    description = {
      "Predicts the event of one user on each of some items: the expected rating, or the probability"
          + " of a click, as the model was trained.",
      "An empty history asks for a new user."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  staccato predict films.safetensors --history 1193=5,661=3,914=3 --items 2355,1287",
      "  staccato predict films.safetensors ratings.dat --user 17 --items @films.txt"
    })
final class PredictCommand extends Verb {
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
      paramLabel = "KEY[=VALUE],…|@FILE",
      description =
          "Keys of items, the oldest first, each with the value or the type of its event, such as the"
              + " rating (no default: this or --user).")
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
      names = "--items",
      order = 3,
      required = true,
      paramLabel = "KEY,…|@FILE",
      description = "The items to predict (no default: they must be given).")
  private String items = "";

  @Option(
      names = "--skip-unknown",
      order = 7,
      description = "Skip items that the model does not know.")
  private boolean skipUnknown;

  @Mixin private LogArguments logArguments = new LogArguments();

  PredictCommand(Console console) {
    super(console);
  }

  @Override
  void run() throws IOException {
    if ((history == null) == (user == null)) {
      throw wrongUsage("give either --history KEY,… or --user KEY with a log");
    }
    if ((user == null) != logs.isEmpty()) {
      throw wrongUsage("--user needs a log to look in, and a log needs --user");
    }
    try (LiveModel live = LiveModel.open(model)) {
      ModelSpecification specification = live.version().specification();
      Link link = specification.linkedRanking().link();
      EventHistory events =
          user == null
              ? EventHistory.of(model, live, String.valueOf(history))
              : EventHistory.ofUser(live, logs, logArguments, user);
      List<String> wanted = KeyList.of(items);
      ItemKeys keys = live.itemKeys();
      if (!skipUnknown) {
        List<String> unknown = new ArrayList<>(user == null ? events.unknown() : List.of());
        wanted.stream().filter(key -> keys.indexOf(key) < 0).forEach(unknown::add);
        EventHistory.requireKnown(model, unknown, " (--skip-unknown skips them)");
      }
      Map<String, Float> predictions = predict(live, events, wanted);
      String what = link == Link.SIGMOID ? "probability" : "expected";
      if (json) {
        console.json(object(live, events, what, predictions));
      } else {
        TextTable table = new TextTable("item", what);
        predictions.forEach((key, value) -> table.row(key, Figures.metric(value)));
        table.print(console);
      }
    }
  }

  private static Map<String, Float> predict(
      LiveModel live, EventHistory events, List<String> wanted) {
    ValueTask task = ValueTask.fromMap(Provenance.recipe(live.version().metadata()));
    Scorer scorer = live.newScorer();
    UserState state = events.stateOf(scorer);
    Map<String, Float> predictions = new LinkedHashMap<>();
    for (String key : wanted) {
      int item = live.itemKeys().indexOf(key);
      if (item >= 0) {
        predictions.put(key, (float) task.inRange(scorer.predict(state, item)));
      }
    }
    return predictions;
  }

  private Map<String, Object> object(
      LiveModel live, EventHistory events, String what, Map<String, Float> predictions) {
    List<Map<String, Object>> objects = new ArrayList<>();
    predictions.forEach(
        (key, value) -> {
          Map<String, Object> each = new LinkedHashMap<>();
          each.put("item", key);
          each.put(what, value);
          objects.add(each);
        });
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("model", model.toString());
    object.put("digest", live.version().digest());
    object.put("history", events.keys());
    object.put("unknown", events.unknown());
    object.put("predictions", objects);
    return object;
  }
}
