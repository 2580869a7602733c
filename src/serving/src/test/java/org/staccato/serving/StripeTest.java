package org.staccato.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a stripe keeps, without a model. */
class StripeTest {

  /** Has no memory from some allocation on. */
  private static final class Scarce {
    private final List<Arena> arenas = new ArrayList<>();
    private int left;

    Scarce(int left) {
      this.left = left;
    }

    @SuppressWarnings("MustBeClosedChecker") // The test looks who closes it.
    Arena next() {
      Arena arena = Arena.ofShared();
      arenas.add(arena);
      return new Arena() {
        @Override
        public MemorySegment allocate(long bytes, long alignment) {
          if (left-- <= 0) {
            throw new OutOfMemoryError("no memory left");
          }
          return arena.allocate(bytes, alignment);
        }

        @Override
        public MemorySegment.Scope scope() {
          return arena.scope();
        }

        @Override
        public void close() {
          arena.close();
        }
      };
    }

    long open() {
      return arenas.stream().filter(arena -> arena.scope().isAlive()).count();
    }
  }

  @Test
  void aStripeForWhichThereIsTooLittleMemoryLeavesNoArena() {
    Scarce none = new Scarce(0);
    assertThrows(OutOfMemoryError.class, () -> new Stripe(10, 5, 0, none::next));
    assertEquals(1, none.arenas.size());
    assertEquals(0, none.open());
  }

  @Test
  void statesForWhichThereIsTooLittleMemoryAreForgottenAndNothingElse() {
    Scarce scarce = new Scarce(2);
    try (Stripe stripe = new Stripe(10, 5, 0, scarce::next)) {
      stripe.resize(64);
      int slot = stripe.add(7);
      stripe.append(slot, 3);
      stripe.setVersion(slot, 1);
      assertThrows(OutOfMemoryError.class, () -> stripe.resize(128));
      assertEquals(1, scarce.open());
      assertEquals(0, stripe.stateBytes());
      assertEquals(0, stripe.version(slot));
      assertEquals(3, stripe.event(slot, 0));
      scarce.left = 1;
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
      stripe.setVersion(slot, 4);
      assertFalse(stripe.isUnchanged(7, slot, later));
      int last = stripe.edition(slot);
      stripe.remove(7);
      assertFalse(stripe.isUnchanged(7, slot, last));
      assertEquals(slot, stripe.add(7));
      assertFalse(stripe.isUnchanged(7, slot, last), "the user came again");
      assertEquals(slot, stripe.replace(7, 10));
      assertEquals(10, stripe.total(slot));
      assertEquals(0, stripe.kept(slot));
    }
  }
}
