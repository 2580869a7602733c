package org.staccato.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.staccato.LiveModel;
import org.staccato.Scorer;
import org.staccato.UserState;
import org.staccato.format.ItemKeys;
import org.staccato.model.Event;
import org.staccato.model.EventAttribute;
import org.staccato.trainer.log.EventLog;
import org.staccato.trainer.log.LogFormat;
import org.staccato.trainer.log.LogReader;
import org.staccato.trainer.log.LogSource;

/**
 * The events of a user before an answer, oldest first.
 *
 * @param keys the keys of their items
 * @param events the events, each with the index of its item in the model, or {@link
 *     ItemKeys#UNKNOWN}
 */
record EventHistory(List<String> keys, List<Event> events) {
  private static final int NAMED = 5;

  /**
   * {@return the history that a command line spells: {@code KEY}, or {@code KEY=VALUE} with the
   * value or the type of the event}
   *
   * @param given the keys, or {@code @} and a path
   * @throws BadInputException if a value is none that the model takes
   */
  static EventHistory of(Path model, LiveModel live, String given) throws IOException {
    List<EventAttribute> attributes = live.version().specification().attributes();
    EventHistory history = new EventHistory(new ArrayList<>(), new ArrayList<>());
    for (String word : KeyList.of(given)) {
      int sign = word.lastIndexOf('=');
      boolean plain = attributes.isEmpty() || sign < 0 || live.itemKeys().indexOf(word) >= 0;
      Event event = new Event();
      if (!plain && !set(event, word.substring(sign + 1), attributes)) {
        throw new BadInputException(
            model
                + ": found "
                + word
                + " in the history, expected KEY or KEY=VALUE with a value or type of the training");
      }
      history.add(live.itemKeys(), plain ? word : word.substring(0, sign), event);
    }
    return history;
  }

  /** Sets the value or the type of an event; returns whether the model takes it. */
  private static boolean set(Event event, String text, List<EventAttribute> attributes) {
    for (EventAttribute attribute : attributes) {
      switch (attribute) {
        case EventAttribute.Category category -> event.type(text);
        case EventAttribute.Level level -> event.value(number(text));
        default -> {
          continue; // The command line spells no times.
        }
      }
      if (attribute.valueOf(event) != EventAttribute.UNKNOWN) {
        return true;
      }
      event.clear();
    }
    return false;
  }

  private static float number(String text) {
    try {
      return Float.parseFloat(text);
    } catch (NumberFormatException e) {
      return Float.NaN;
    }
  }

  /** {@return the events of a user in a log, with all that the model takes of them} */
  static EventHistory ofUser(
      LiveModel live, List<LogSource> logs, LogArguments logArguments, String user)
      throws IOException {
    Map<String, String> recipe = Provenance.recipe(live.version().metadata());
    LogFormat format = logArguments.over(LogFormat.fromMap(recipe));
    EventLog log =
        LogReader.read(logs, format, LogSplit.kept(live.version().specification(), recipe));
    int index = log.users().texts().indexOf(user);
    if (index < 0) {
      throw new BadInputException(logs.getFirst().name() + ": there is no user " + user);
    }
    EventHistory history = new EventHistory(new ArrayList<>(), new ArrayList<>());
    long before = Event.UNKNOWN_TIME;
    List<Integer> rows =
        IntStream.range(0, log.size())
            .filter(event -> log.user(event) == index)
            .boxed()
            .sorted(Comparator.comparingLong(log::time))
            .toList();
    for (int row : rows) {
      Event event = new Event().value(log.value(row)).previousMillis(before);
      if (log.type(row) != EventLog.NO_TYPE) {
        event.type(log.types().text(log.type(row)));
      }
      if (log.hasTimes()) {
        event.millis(log.time(row));
        before = log.time(row);
      }
      history.add(live.itemKeys(), log.items().text(log.item(row)), event);
    }
    return history;
  }

  private void add(ItemKeys items, String key, Event event) {
    keys.add(key);
    events.add(event.item(items.indexOf(key)));
  }

  /** {@return the keys of items that the model does not know} */
  List<String> unknown() {
    return IntStream.range(0, keys.size())
        .filter(i -> events.get(i).item() < 0)
        .mapToObj(keys::get)
        .toList();
  }

  /**
   * Rejects items that the model does not know.
   *
   * @throws BadInputException if there are any
   */
  static void requireKnown(Path model, List<String> unknown, String hint) {
    if (!unknown.isEmpty()) {
      throw new BadInputException(
          model
              + ": does not know "
              + (unknown.size() == 1 ? "the item " : unknown.size() + " of the items: ")
              + String.join(", ", unknown.subList(0, Math.min(NAMED, unknown.size())))
              + (unknown.size() > NAMED ? ", …" : "")
              + hint);
    }
  }

  /** {@return the state of a user after these events; unknown items are skipped} */
  UserState stateOf(Scorer scorer) {
    UserState state = scorer.newState();
    events.forEach(event -> scorer.step(state, event));
    return state;
  }
}
