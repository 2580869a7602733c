package org.staccato.users.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.staccato.harness.ScarceMemory;

/** A stripe without a model. */
class StripeTest {
  private static final String DIGEST = "d".repeat(64);

  @Test
  void aStripeWithoutMemoryLeavesNoArena() {
    ScarceMemory none = new ScarceMemory(0);
    assertThrows(OutOfMemoryError.class, () -> new Stripe(10, 5, 0, none::next));
    assertEquals(1, none.arenas());
    assertEquals(0, none.open());
  }

  @Test
  void statesWithoutMemoryAreDroppedAndNothingElse() {
    ScarceMemory scarce = new ScarceMemory(2);
    try (Stripe stripe = new Stripe(10, 5, 0, scarce::next)) {
      stripe.resize(64);
      stripe.replace(user(7, 1, 3));
      int slot = stripe.find(7);
      assertEquals(VersionTag.of(DIGEST), stripe.versionTag(slot));
      assertThrows(OutOfMemoryError.class, () -> stripe.resize(128));
      assertEquals(1, scarce.open());
      assertEquals(0, stripe.stateBytes());
      assertEquals(VersionTag.NONE, stripe.versionTag(slot));
      assertEquals(3, stripe.item(slot, 0));
      scarce.allow(1);
      stripe.resize(128);
      assertEquals(128, stripe.stateBytes());
    }
    assertEquals(0, scarce.open());
  }

  @Test
  void eachChangeOfAUserIsNoticedAndNoUseIs() {
    try (Stripe stripe = new Stripe(2, 5, 0)) {
      int slot = stripe.add(7);
      int edition = stripe.edition(slot);
      stripe.find(7);
      stripe.append(stripe.add(8), 1);
      assertTrue(stripe.isUnchanged(7, slot, edition));
      stripe.append(slot, 3);
      assertFalse(stripe.isUnchanged(7, slot, edition));
      int later = stripe.edition(slot);
      stripe.dropState(slot);
      assertFalse(stripe.isUnchanged(7, slot, later));
      int last = stripe.edition(slot);
      stripe.remove(7);
      assertFalse(stripe.isUnchanged(7, slot, last));
      assertEquals(slot, stripe.add(7));
      assertFalse(stripe.isUnchanged(7, slot, last), "the user came again");
      int again = stripe.edition(slot);
      stripe.replace(user(7, 10));
      assertEquals(slot, stripe.find(7));
      assertFalse(stripe.isUnchanged(7, slot, again));
      assertEquals(10, read(stripe, 7).total());
      assertEquals(0, read(stripe, 7).kept());
    }
  }

  @Test
  void aSlotKeepsTheLastEventsInARingThatBeginsAnywhere() {
    for (int events : new int[] {1, 2, 5, 7, 16, 17}) {
      for (long total : new long[] {0, 1, 4, 5, 6, 100, 1L << 40}) {
        for (int kept = 0; kept <= Math.min(total, 12); kept++) {
          try (Stripe stripe = new Stripe(3, events, 0)) {
            int[] items = IntStream.range(0, kept).map(i -> 1000 + i).toArray();
            stripe.replace(user(7, total, items));
            StoredUser found = read(stripe, 7);
            assertEquals(total, found.total());
            int first = Math.max(0, kept - events);
            assertArrayEquals(Arrays.copyOfRange(items, first, kept), items(found));
            stripe.append(stripe.find(7), 2000);
            found = read(stripe, 7);
            assertEquals(total + 1, found.total());
            assertEquals(Math.min(events, kept + 1), found.kept());
            assertEquals(2000, found.item(found.kept() - 1));
          }
        }
      }
    }
  }

  @Test
  void aStateOfAnotherSizeOrVersionIsNotRead() {
    try (Stripe stripe = new Stripe(3, 5, 0)) {
      stripe.resize(64);
      stripe.replace(user(7, 1, 3));
      StoredUser same = read(stripe, 7);
      assertTrue(same.hasState());
      assertArrayEquals(user(7, 1, 3).state(), same.state());
      StoredUser other = new StoredUser(5, "e".repeat(64), 64);
      stripe.read(stripe.find(7), other);
      assertFalse(other.hasState());
      stripe.resize(128);
      assertFalse(read(stripe, 7).hasState());
      stripe.replace(user(7, 1, 3));
      assertFalse(read(stripe, 7).hasState(), "there is no room for a state of 64 bytes");
    }
  }

  /** A user with a state of 64 bytes. */
  private static StoredUser user(long key, long total, int... items) {
    StoredUser user = new StoredUser(Math.max(1, items.length), DIGEST, 64);
    user.begin(key, total);
    for (int item : items) {
      user.append(item);
    }
    Arrays.fill(user.state(), (byte) 1);
    user.useState();
    return user;
  }

  private static StoredUser read(Stripe stripe, long key) {
    StoredUser user = new StoredUser(17, DIGEST, 64);
    stripe.read(stripe.find(key), user);
    return user;
  }

  private static int[] items(StoredUser user) {
    return IntStream.range(0, user.kept()).map(user::item).toArray();
  }
}
