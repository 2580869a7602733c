package org.staccato.serving;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.staccato.format.ItemKeys.Kind;
import org.staccato.serving.UserRecord.LongKey;
import org.staccato.serving.UserRecord.TextKey;

/** Takes users out of a table and puts them in, with the keys of their items. */
final class UserRecords {

  /** The users that are copied under one lock. */
  private static final int SLICE = 64;

  /** The most events of a user who comes in: the table goes on to count from there. */
  private static final long TOTAL_LIMIT = 1L << 62;

  private final UserStates users;

  /** A user with the numbers of items. */
  private record Numbered(long user, long total, int[] numbers) {}

  UserRecords(UserStates users) {
    this.users = users;
  }

  Optional<UserRecord> find(long user) {
    Stripe stripe = users.stripe(user);
    Numbered found;
    synchronized (stripe) {
      users.requireOpen();
      int slot = stripe.find(user);
      found = slot == Stripe.NONE ? null : read(stripe, slot);
    }
    return Optional.ofNullable(found).map(this::withKeys);
  }

  private static Numbered read(Stripe stripe, int slot) {
    int[] numbers = new int[stripe.kept(slot)];
    Arrays.setAll(numbers, place -> stripe.event(slot, place));
    return new Numbered(stripe.user(slot), stripe.total(slot), numbers);
  }

  private UserRecord withKeys(Numbered numbered) {
    List<UserRecord.Key> events = new ArrayList<>(numbered.numbers.length);
    for (int number : numbered.numbers) {
      int place = ItemDictionary.placeOf(number);
      events.add(
          ItemDictionary.kindOf(number) == Kind.LONG
              ? new LongKey(users.dictionary().longs().get(place))
              : new TextKey(users.dictionary().texts().get(place)));
    }
    return new UserRecord(numbered.user, numbered.total, events);
  }

  void put(UserRecord user) {
    if (user.total() > TOTAL_LIMIT) {
      throw new IllegalArgumentException(
          "user "
              + user.user()
              + ": found "
              + user.total()
              + " events in all, expected at most "
              + TOTAL_LIMIT);
    }
    int kept = Math.min(users.options().events(), user.events().size());
    List<UserRecord.Key> last =
        user.events().subList(user.events().size() - kept, user.events().size());
    int[] numbers = last.stream().mapToInt(this::numberOf).toArray();
    Stripe stripe = users.stripe(user.user());
    synchronized (stripe) {
      users.requireOpen();
      int slot = stripe.replace(user.user(), user.total() - kept);
      for (int number : numbers) {
        stripe.append(slot, number);
      }
    }
  }

  private int numberOf(UserRecord.Key key) {
    return switch (key) {
      case LongKey(long value) -> users.dictionary().numberOf(value);
      case TextKey(String text) -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        yield users.dictionary().numberOf(bytes, 0, bytes.length);
      }
    };
  }

  void forEach(Consumer<? super UserRecord> action) {
    for (Stripe stripe : users.stripes()) {
      List<Numbered> slice = new ArrayList<>(SLICE);
      int next = 0;
      while (next != Stripe.NONE) {
        slice.clear();
        next = readSlice(stripe, next, slice);
        slice.forEach(numbered -> action.accept(withKeys(numbered)));
      }
    }
  }

  /** Reads the next users, and returns the slot to go on with. */
  private int readSlice(Stripe stripe, int from, List<Numbered> slice) {
    synchronized (stripe) {
      users.requireOpen();
      int to = Math.min(from + SLICE, stripe.limit());
      for (int slot = from; slot < to; slot++) {
        if (stripe.holds(slot)) {
          slice.add(read(stripe, slot));
        }
      }
      return to < stripe.limit() ? to : Stripe.NONE;
    }
  }
}
