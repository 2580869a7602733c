package org.staccato.swap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.staccato.live.LiveListener;
import org.staccato.live.ModelVersion;
import org.staccato.model.Activation;
import org.staccato.testkit.Cell;
import org.staccato.testkit.RandomNetworks;

/** All listeners receive each event once and in order, in spite of the actions of any listener. */
class ListenersTest {
  private final Listeners listeners = new Listeners();
  private final List<Long> heard = Collections.synchronizedList(new ArrayList<>());

  private static ModelVersion version(long number) {
    return new ModelVersion(
        number,
        "digest",
        Path.of("v"),
        0,
        Instant.EPOCH,
        RandomNetworks.prediction(RandomNetworks.layers(Cell.LSTM, 1, 1), Activation.LINEAR, 1),
        Map.of());
  }

  private void publish(long number) {
    listeners.note(each -> each.published(version(number)));
    listeners.tell();
  }

  private static LiveListener onPublished(java.util.function.LongConsumer consumer) {
    return new LiveListener() {
      @Override
      public void published(ModelVersion version) {
        consumer.accept(version.number());
      }
    };
  }

  @Test
  void whatOneThrowsIsNoOthers() {
    listeners.add(
        onPublished(
            number -> {
              throw new StackOverflowError();
            }));
    listeners.add(
        onPublished(
            number -> {
              throw new IllegalStateException();
            }));
    listeners.add(onPublished(heard::add));
    publish(1);
    publish(2);
    assertEquals(List.of(1L, 2L), heard);
  }

  /** An exception without a text. */
  private static final class Unprintable extends IllegalStateException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no text");
    }
  }

  @Test
  void anExceptionThatCannotBeLoggedStopsNothing() {
    listeners.add(
        onPublished(
            number -> {
              throw new Unprintable();
            }));
    listeners.add(onPublished(heard::add));
    publish(1);
    publish(2);
    assertEquals(List.of(1L, 2L), heard);
  }

  @Test
  void whatAListenerCausesIsToldAfterWhatItHears() {
    listeners.add(
        onPublished(
            number -> {
              if (number < 5) {
                publish(number + 1);
              }
            }));
    listeners.add(onPublished(heard::add));
    publish(1);
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L), heard);
  }

  @Test
  void eventsOfManyThreadsAreToldOneAfterTheOther() throws InterruptedException {
    int threads = 8;
    int each = 2000;
    int[] inside = {0};
    listeners.add(
        onPublished(
            number -> {
              inside[0]++;
              heard.add(number);
            }));
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> all =
        IntStream.range(0, threads)
            .mapToObj(
                t ->
                    Thread.ofVirtual()
                        .start(
                            () -> {
                              awaitUninterruptibly(start);
                              for (int i = 0; i < each; i++) {
                                publish((long) t * each + i);
                              }
                            }))
            .toList();
    start.countDown();
    for (Thread thread : all) {
      thread.join();
    }
    assertEquals(threads * each, inside[0]);
    assertEquals(
        LongStream.range(0, (long) threads * each).boxed().toList(),
        heard.stream().sorted().toList());
  }

  @Test
  void whoIsRemovedHearsNothing() {
    LiveListener listener = onPublished(heard::add);
    listeners.add(listener);
    listeners.note(each -> each.loaded(version(1), Duration.ZERO));
    publish(2);
    listeners.remove(listener);
    publish(3);
    assertEquals(List.of(2L), heard);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
