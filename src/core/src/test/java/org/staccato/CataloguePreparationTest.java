package org.staccato;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.staccato.live.CataloguePreparation;
import org.staccato.live.OpenOptions;
import org.staccato.model.Activation;
import org.staccato.testkit.Cell;
import org.staccato.testkit.ModelFiles;

/** A preparation for a version ends before any thread can acquire the version. */
@Timeout(60)
class CataloguePreparationTest {
  @TempDir Path folder;
  private Path a;
  private Path b;

  @BeforeEach
  void writeVersions() throws IOException {
    a = ModelFiles.random(folder, 1, 50, 4, 17);
    b = ModelFiles.random(folder, 2, 60, 4, 17);
  }

  @Test
  void itComesBeforeTheFirstAcquire() throws Exception {
    Set<String> prepared = ConcurrentHashMap.newKeySet();
    AtomicBoolean stop = new AtomicBoolean();
    List<String> unprepared = new ArrayList<>();
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY);
        Scorer scorer = live.newScorer()) {
      live.addPreparation(
          (version, items, pace) -> prepared.add(version.number() + "/" + items.size()));
      Thread reader =
          Thread.ofPlatform()
              .start(
                  () -> {
                    while (!stop.get()) {
                      String acquired =
                          scorer.acquire().version().number() + "/" + scorer.itemKeys().size();
                      if (!prepared.contains(acquired)) {
                        unprepared.add(acquired);
                      }
                      scorer.release();
                    }
                  });
      for (int i = 0; i < 200; i++) {
        live.publish(i % 2 == 0 ? b : a);
      }
      stop.set(true);
      reader.join();
      assertEquals(List.of(), unprepared);
      assertEquals(201, prepared.size());
    }
  }

  @Test
  void itMayNotCloseTheModel() throws IOException {
    LiveModel live = LiveModel.open(a, OpenOptions.COPY);
    live.addPreparation(
        (version, items, pace) -> {
          if (version.number() > 1) {
            live.close();
          }
        });
    assertThrows(IOException.class, () -> live.publish(b));
    assertEquals(a, live.version().path());
    live.newScorer().close();
    live.close();
  }

  @Test
  void itAlsoPreparesForTheVersionBefore() throws IOException {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
      live.publish(b);
      List<Long> prepared = new ArrayList<>();
      CataloguePreparation preparation = (version, items, pace) -> prepared.add(version.number());
      live.addPreparation(preparation);
      assertEquals(List.of(1L, 2L), prepared);
      live.rollBack();
      live.removePreparation(preparation);
      live.publish(b);
      assertEquals(List.of(1L, 2L), prepared);
    }
  }

  @Test
  void anErrorOfItsCodeRejectsTheVersionToo() throws IOException {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
      live.addPreparation(
          (version, items, pace) -> {
            if (items.size() == 60) {
              throw new AssertionError("sixty items are too many");
            }
          });
      IOException e = assertThrows(IOException.class, () -> live.publish(b));
      assertTrue(String.valueOf(e.getMessage()).contains("sixty items are too many"), e.toString());
      assertEquals(b, live.lastRejection().orElseThrow().path());
      assertEquals(1, live.gauges().versions());
      assertEquals(a, live.version().path());
    }
  }

  @Test
  void whatItThrowsRejectsTheVersion() throws IOException {
    try (LiveModel live = LiveModel.open(a, OpenOptions.COPY)) {
      live.addPreparation(
          (version, items, pace) -> {
            if (items.size() == 60) {
              throw new IllegalStateException("no room for 60 items");
            }
          });
      IOException e = assertThrows(IOException.class, () -> live.publish(b));
      assertTrue(String.valueOf(e.getMessage()).contains("no room for 60 items"), e.toString());
      assertEquals(a, live.version().path());
      assertEquals(1, live.gauges().versions());
      assertEquals(1, live.gauges().rejected());
    }
  }

  @Test
  void aModelWithoutItemsHasNone() throws IOException {
    Path prediction = ModelFiles.prediction(folder, Cell.LSTM, Activation.LINEAR, 4, 5, 1, 17);
    try (LiveModel live = LiveModel.open(prediction)) {
      AtomicBoolean called = new AtomicBoolean();
      assertThrows(
          IllegalStateException.class,
          () -> live.addPreparation((version, items, pace) -> called.set(true)));
      assertFalse(called.get());
    }
  }
}
