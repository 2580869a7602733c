package org.staccato.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.staccato.live.LiveListener;
import org.staccato.live.ModelVersion;
import org.staccato.swap.FakeVersions.Fake;

/** The fate of versions when a publication or a retirement fails. */
@Timeout(60)
class PublicationTest {
  private final Fake first = new Fake(1);
  private final Publication publication = FakeVersions.publicationOf(first);

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "waited in vain until " + what);
      Thread.sleep(1);
    }
  }

  @Test
  void aSwitchOfTheBackendThatFailsLeavesTheServedVersionOpen() {
    LoadedModel twin = first.model.with(FakeVersions.NO_NETWORK);
    Lease<LoadedModel> lease =
        publication.newLease(
            model -> {
              if (model == twin) {
                throw new OutOfMemoryError("no scratch");
              }
              return model;
            });
    assertThrows(OutOfMemoryError.class, () -> publication.publish(twin));
    twin.close();
    assertFalse(first.isClosed(), "the file is closed that is served");
    assertSame(first.model, lease.enter());
    lease.exit();
    publication.close();
    assertEquals(1, first.closes.get());
  }

  @Test
  void aFileIsClosedWithTheLastModelOverIt() {
    LoadedModel twin = first.model.with(FakeVersions.NO_NETWORK);
    publication.publish(twin);
    assertFalse(first.isClosed());
    assertEquals(0, publication.retired(), "the version is served on");
    publication.publish(new Fake(2).model);
    publication.publish(new Fake(3).model);
    assertEquals(1, first.closes.get());
    assertEquals(1, publication.retired());
    assertThrows(IllegalStateException.class, () -> twin.with(FakeVersions.NO_NETWORK));
  }

  @Test
  void oneVersionThatCannotBeClosedKeepsNoOtherAndIsTriedAgain() throws Exception {
    Lease<LoadedModel> lease = FakeVersions.newLease(publication);
    Fake second = new Fake(2);
    lease.acquire();
    publication.publish(second.model);
    publication.publish(new Fake(3).model);
    publication.publish(new Fake(4).model);
    first.failures.set(3);
    lease.release();
    await("both are closed", () -> first.isClosed() && second.isClosed());
    await("nothing waits", () -> publication.versions() == 2);
    publication.close();
    assertEquals(1, first.closes.get());
    assertEquals(1, second.closes.get());
  }

  @Test
  void whatCanNeverBeClosedDoesNotKeepTheModelFromClosing() {
    first.failures.set(Integer.MAX_VALUE);
    publication.close();
    assertFalse(first.isClosed());
    assertEquals(0, publication.versions());
  }

  @Test
  void anErrorOfWhoHearsOfARetirementDoesNotEndIt() throws Exception {
    Listeners listeners = new Listeners();
    listeners.add(
        new LiveListener() {
          @Override
          public void retired(ModelVersion version) {
            throw new StackOverflowError("of a listener");
          }
        });
    Publication told =
        new Publication(
            new Fake(11).model,
            model -> {
              listeners.note(each -> each.retired(model.version()));
              listeners.tell();
            });
    Lease<LoadedModel> lease = FakeVersions.newLease(told);
    for (int i = 0; i < 5; i++) {
      lease.acquire();
      told.publish(new Fake(12 + 2 * i).model);
      told.publish(new Fake(13 + 2 * i).model);
      lease.release();
      await("what was held is retired", () -> told.versions() == 2);
    }
    told.close();
    assertEquals(0, told.versions());
  }

  @Test
  void aRetirementThatFailsDoesNotGiveThePublishedVersionBack() {
    Publication failing =
        new Publication(
            new Fake(11).model,
            model -> {
              throw new OutOfMemoryError("no room for an event");
            });
    failing.publish(new Fake(12).model);
    Fake third = new Fake(13);
    failing.publish(third.model);
    assertSame(third.model, failing.latest());
    assertEquals(2, failing.versions());
  }

  @Test
  void aListenerOfARetirementMayCloseWhileOthersAreToBeToldOf() {
    Publication[] own = new Publication[1];
    own[0] = new Publication(new Fake(11).model, model -> own[0].close());
    own[0].publish(new Fake(12).model);
    own[0].close();
    assertEquals(0, own[0].versions());
    assertEquals(2, own[0].retired());
  }

  @Test
  void publishingAfterTheCloseLeavesTheVersionToTheCaller() {
    publication.close();
    Fake late = new Fake(2);
    assertThrows(IllegalStateException.class, () -> publication.publish(late.model));
    assertFalse(late.isClosed());
    assertTrue(late.model.close());
    assertFalse(late.model.close());
    assertEquals(1, late.closes.get());
  }
}
