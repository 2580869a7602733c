package org.staccato.users;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.staccato.format.ItemKeys.Kind;
import org.staccato.users.UserRecord.LongKey;
import org.staccato.users.UserRecord.TextKey;
import org.staccato.users.items.ItemDictionary;
import org.staccato.users.replay.TableVersion;
import org.staccato.users.table.StoredUser;
import org.staccato.users.table.Stripe;
import org.staccato.users.table.UserCursor;
import org.staccato.users.table.UserTable;

/**
 * Exports users from a table and imports them: translates between the numbers and the keys of
 * items. Thread-safe.
 */
final class UserRecords {

  private final UserTable table;
  private final ItemDictionary dictionary;
  private final TableVersion version;

  UserRecords(UserTable table, ItemDictionary dictionary, TableVersion version) {
    this.table = table;
    this.dictionary = dictionary;
    this.version = version;
  }

  Optional<UserRecord> find(long user) {
    StoredUser stored = version.newStoredUser(table.events());
    Stripe stripe = table.stripe(user);
    synchronized (stripe) {
      table.requireOpen();
      int slot = stripe.find(user);
      if (slot == Stripe.NONE) {
        return Optional.empty();
      }
      stripe.read(slot, stored);
    }
    return Optional.of(recordOf(stored));
  }

  void forEach(Consumer<? super UserRecord> action) {
    StoredUser stored = version.newStoredUser(table.events());
    UserCursor cursor = new UserCursor(table, stored);
    while (cursor.next()) {
      action.accept(recordOf(stored));
    }
  }

  private UserRecord recordOf(StoredUser stored) {
    List<UserRecord.Key> events = new ArrayList<>(stored.kept());
    for (int place = 0; place < stored.kept(); place++) {
      events.add(keyOf(stored.item(place)));
    }
    return new UserRecord(
        stored.user(),
        stored.total(),
        events,
        version.serialize(stored).map(UserRecord.State::new));
  }

  private UserRecord.Key keyOf(int number) {
    int place = ItemDictionary.placeOf(number);
    return ItemDictionary.kindOf(number) == Kind.LONG
        ? new LongKey(dictionary.longs().get(place))
        : new TextKey(dictionary.texts().get(place));
  }

  void put(UserRecord user) {
    if (user.total() > StoredUser.TOTAL_LIMIT) {
      throw new IllegalArgumentException(
          "user "
              + user.user()
              + ": found "
              + user.total()
              + " events in all, expected at most "
              + StoredUser.TOTAL_LIMIT);
    }
    List<UserRecord.Key> events = user.events();
    StoredUser stored = version.newStoredUser(events.size());
    stored.begin(user.user(), user.total());
    user.state().ifPresent(state -> version.deserialize(state.digest(), state.bytes(), stored));
    // The keys come last, since numbers are never given back.
    events
        .subList(Math.max(0, events.size() - table.events()), events.size())
        .forEach(key -> stored.append(numberOf(key)));
    Stripe stripe = table.stripe(user.user());
    synchronized (stripe) {
      table.requireOpen();
      stripe.replace(stored);
    }
  }

  private int numberOf(UserRecord.Key key) {
    return switch (key) {
      case LongKey(long value) -> dictionary.numberOf(value);
      case TextKey text -> {
        byte[] bytes = text.utf8();
        yield dictionary.numberOf(bytes, 0, bytes.length);
      }
    };
  }
}
