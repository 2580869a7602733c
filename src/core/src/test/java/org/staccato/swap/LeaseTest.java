package org.staccato.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.staccato.swap.FakeVersions.Fake;

/** Leases of one thread after another, and of the closer. */
@Timeout(60)
class LeaseTest {
  private final Fake first = new Fake(1);
  private final Publication publication = FakeVersions.publicationOf(first);
  private final Lease<LoadedModel> lease = FakeVersions.newLease(publication);

  private static Thread start(boolean virtual, Runnable work) {
    return virtual ? Thread.ofVirtual().start(work) : Thread.ofPlatform().daemon().start(work);
  }

  private void publish(int from, int to) {
    for (int number = from; number <= to; number++) {
      publication.publish(new Fake(number).model);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aVersionStaysThatWasAcquiredByAThreadThatHasEnded(boolean virtual) throws Exception {
    start(virtual, lease::acquire).join();
    publish(2, 5);
    assertFalse(first.isClosed(), "retired though it is acquired");
    assertSame(first.model, lease.enter());
    lease.exit();
    publish(6, 9);
    assertFalse(first.isClosed());
    lease.release();
    publish(10, 10);
    assertTrue(first.isClosed());
  }

  @Test
  void theCloserTakesAVersionFromAThreadThatHasEnded() throws Exception {
    start(true, lease::acquire).join();
    publication.close();
    assertTrue(first.isClosed());
    assertThrows(IllegalStateException.class, lease::enter);
    assertThrows(IllegalStateException.class, lease::acquired);
    lease.release();
    assertThrows(IllegalStateException.class, lease::acquire);
  }

  @Test
  void theCloserTakesWhatItHasAcquiredItself() {
    lease.acquire();
    publication.close();
    assertTrue(first.isClosed());
    assertThrows(IllegalStateException.class, lease::enter);
    lease.release();
  }

  @Test
  void theCloserWaitsForTheThreadToWhichAVersionWasHanded() throws Exception {
    start(true, lease::acquire).join();
    CountDownLatch used = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread second =
        start(
            false,
            () -> {
              lease.enter();
              lease.exit();
              used.countDown();
              awaitUninterruptibly(goOn);
              lease.release();
            });
    used.await();
    Thread closer = start(false, publication::close);
    Thread.sleep(50);
    assertTrue(closer.isAlive(), "closed, though a live thread holds a version");
    assertFalse(first.isClosed());
    goOn.countDown();
    closer.join();
    second.join();
    assertTrue(first.isClosed());
  }

  @Test
  void handingOverWhileTheModelIsClosedEitherScoresOrThrows() throws Exception {
    for (int round = 0; round < 3000; round++) {
      Fake version = new Fake(1);
      Publication own = FakeVersions.publicationOf(version);
      Lease<LoadedModel> handed = FakeVersions.newLease(own);
      start(true, handed::acquire).join();
      AtomicReference<String> problem = new AtomicReference<>();
      int spins = round % 100;
      Thread reader =
          start(
              true,
              () -> {
                for (int i = 0; i < spins; i++) {
                  Thread.onSpinWait();
                }
                try {
                  handed.enter();
                  if (version.isClosed()) {
                    problem.set("closed during a call");
                  }
                  handed.exit();
                } catch (IllegalStateException closed) {
                  // The call came too late.
                }
                handed.release();
              });
      own.close();
      reader.join();
      assertEquals(null, problem.get(), "round " + round);
      assertEquals(1, version.closes.get());
    }
  }

  @Test
  void twoThreadsAtTheSameTimeAreNoticed() throws Exception {
    lease.enter();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread second =
        start(
            false,
            () -> {
              try {
                lease.enter();
              } catch (AssertionError e) {
                thrown.set(e);
              }
            });
    second.join();
    lease.exit();
    assertTrue(thrown.get() instanceof AssertionError, "assertions are on in tests");
    lease.enter();
    lease.exit();
  }

  @Test
  void aClosedLeaseHoldsNothing() {
    assertEquals(1, publication.leases());
    lease.acquire();
    lease.close();
    lease.close();
    assertEquals(0, publication.leases());
    assertThrows(IllegalStateException.class, lease::enter);
    assertThrows(IllegalStateException.class, lease::acquire);
    assertThrows(IllegalStateException.class, lease::release);
    publish(2, 4);
    assertTrue(first.isClosed());
  }

  @Test
  void manyLeasesThatAreClosedLeaveNothing() {
    for (int i = 0; i < 10_000; i++) {
      try (AutoCloseableLease own = new AutoCloseableLease(FakeVersions.newLease(publication))) {
        own.lease.enter();
        own.lease.exit();
      }
    }
    assertEquals(1, publication.leases());
  }

  private record AutoCloseableLease(Lease<LoadedModel> lease) implements AutoCloseable {
    @Override
    public void close() {
      lease.close();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
